using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>
/// What the routers took of a limit a minute. Each part that is taken moves a moment on by the time in which the limit
/// lets as much flow; as long as that moment is less than a minute ahead, there is something left.
/// </summary>
public sealed record LedgerMinute
{
    /// <summary>Until when the requests that were taken are paid for.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RequestsPaidUntil { get; init; }

    /// <summary>Until when the tokens that were taken are paid for.</summary>
    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? TokensPaidUntil { get; init; }

    /// <summary>The routers that took of it in the last minutes: among so many it is divided while the API server cannot be reached.</summary>
    [ListMap("holder")]
    [MaxLength(64)]
    public IReadOnlyList<LedgerMinuteRouter> Routers { get; init; } = [];
}
