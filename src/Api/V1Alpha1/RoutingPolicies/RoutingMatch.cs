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

    /// <summary>Estimated tokens of the prompt.</summary>
    public TokenRange? PromptTokens { get; init; }

    /// <summary>Whether the request offers tools.</summary>
    public bool? HasTools { get; init; }
}
