using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>How fast answers should be, by what the router measured of each target. A target that was not measured lately is taken to be fast enough.</summary>
[CelRule("has(self.firstToken) || has(self.tokensPerSecond)", "set firstToken or tokensPerSecond")]
public sealed record RoutingObjectives
{
    /// <summary>Time to the first token of a streamed answer that nine of ten requests with as long a prompt should keep, for example <c>800ms</c>.</summary>
    [RegularExpression(Duration.Pattern)]
    public Duration? FirstToken { get; init; }

    /// <summary>Tokens a second that half of the answers should come with at least.</summary>
    [Range(1, 100_000)]
    public int? TokensPerSecond { get; init; }
}
