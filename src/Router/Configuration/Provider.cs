using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Dialects;

namespace LlmOperator.Router.Configuration;

/// <summary>An endpoint outside of our nodes.</summary>
internal sealed class Provider
{
    public required ObjectKey Key { get; init; }

    /// <summary>Base URL ending with a slash; null when the spec's is unusable.</summary>
    public required Uri? BaseUrl { get; init; }

    /// <summary>Protocol.</summary>
    public required IUpstreamDialect Dialect { get; init; }

    /// <summary>API key; null where none is needed or there is a problem.</summary>
    public required string? ApiKey { get; init; }

    /// <summary>Why the provider cannot be used, with the remedy; null when it can.</summary>
    public required string? Problem { get; init; }

    /// <summary>Whether it gets trace contexts.</summary>
    public TraceContextSharing TraceContext { get; init; }

    public required IReadOnlyDictionary<string, ProviderModel> Models { get; init; }

    /// <summary>The name: the key is secret.</summary>
    public override string ToString() => $"provider {Key}";
}
