using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Policies;

/// <summary>A place that may answer a request. Closed.</summary>
/// <param name="Reason">Why it is in the plan, for the response header.</param>
internal abstract record Candidate(string Reason)
{
    /// <summary>Name for headers, logs and metrics, for example <c>model/demo</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Names of tools that are left out there, from the end of the list; empty for none.</summary>
    public IReadOnlyList<string> DroppedTools { get; init; } = [];

    /// <summary>What the request is expected to take there; null when nobody asked.</summary>
    public CandidateEstimate? Estimate { get; init; }

    /// <summary>One of our own models.</summary>
    public sealed record Local(LocalModel Model, string Reason) : Candidate(Reason)
    {
        /// <inheritdoc/>
        public override string Name => $"model/{Model.Key.Name}";
    }

    /// <summary>A provider's model.</summary>
    public sealed record Remote(Provider Provider, ProviderModel Model, string Reason) : Candidate(Reason)
    {
        /// <summary>True when it may only get the request with placeholders in place of what was found.</summary>
        public bool IsRedacted { get; init; }

        /// <inheritdoc/>
        public override string Name => $"provider/{Provider.Key.Name}/{Model.Name}";
    }
}
