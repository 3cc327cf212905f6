using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Conditions on a request; all that are set must hold.</summary>
public sealed record RoutingMatch
{
    /// <summary>Words or phrases; one of them must occur in the last user message, whatever the case.</summary>
    [ListSet]
    [MaxLength(64)]
    public IReadOnlyList<string>? Keywords { get; init; }

    /// <summary>Regular expressions (without look-around and back-references); one of them must match the last user message.</summary>
    [ListSet]
    [MaxLength(32)]
    public IReadOnlyList<string>? Patterns { get; init; }

    /// <summary>WorkerRoles; the request must have come by one of them.</summary>
    [ListSet]
    [MaxLength(32)]
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>Request headers with their values; all must be equal.</summary>
    [ListMap("name")]
    [MaxLength(16)]
    public IReadOnlyList<HeaderMatch>? Headers { get; init; }

    /// <summary>Tokens of the prompt: an estimate; where it is within 10 % of a bound, the local engine's own count, if there is one.</summary>
    public TokenRange? PromptTokens { get; init; }

    /// <summary>Whether the request offers tools.</summary>
    public bool? HasTools { get; init; }

    /// <summary>Paths of requests, for example <c>/v1/embeddings</c>; one that ends with <c>*</c> is a beginning.</summary>
    [ListSet]
    [MaxLength(32)]
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>When the request comes.</summary>
    public TimeMatch? Time { get; init; }

    /// <summary>Whether the request holds images.</summary>
    public bool? HasImages { get; init; }

    /// <summary>
    /// How hard the task seems, from 0 to 100: points for length (30 at most), code (20), words of reasoning (25), tools (15)
    /// and parts of the task (10). <c>llmop explain request</c> shows them.
    /// </summary>
    public ScoreRange? Complexity { get; init; }

    /// <summary>Data classes; the request must belong to one of them. <c>Secret</c>, <c>PersonalData</c> and <c>Unreadable</c> are known; others stand in the policy's <c>dataClasses</c>.</summary>
    [ListSet]
    [MaxLength(32)]
    public IReadOnlyList<string>? DataClasses { get; init; }
}
