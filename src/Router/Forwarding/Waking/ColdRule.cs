using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Forwarding.Waking;

/// <summary>How long a request waits for a model that is not in memory, and which targets of its plan follow then. Pure.</summary>
/// <param name="Mode">Mode that holds.</param>
/// <param name="MaxWait">Longest wait.</param>
/// <param name="Model">The model.</param>
internal sealed record ColdRule(ColdStartMode Mode, TimeSpan MaxWait, LocalModel Model)
{
    private static readonly TimeSpan s_usual = TimeSpan.FromMinutes(5);

    /// <summary>The rule for one candidate of a plan.</summary>
    /// <param name="settings">What the policy says.</param>
    /// <param name="cold">The candidate.</param>
    /// <param name="following">The candidates of the plan that follow it.</param>
    public static ColdRule Of(ColdStart settings, Candidate.Local cold, IEnumerable<Candidate> following)
    {
        ColdRule asked = new(
            settings.Mode,
            settings.MaxWait?.Value ?? (settings.Mode == ColdStartMode.Wait ? s_usual : TimeSpan.Zero),
            cold.Model
        );
        bool isElsewhere = settings.Mode is ColdStartMode.SmallerSibling or ColdStartMode.Cloud;
        return isElsewhere && !following.Any(asked.Allows)
            ? new ColdRule(ColdStartMode.Wait, settings.MaxWait?.Value ?? s_usual, cold.Model)
            : asked;
    }

    /// <summary>Whether a candidate that follows may be asked when the wait is over.</summary>
    public bool Allows(Candidate candidate) =>
        Mode switch
        {
            ColdStartMode.Wait => true,
            ColdStartMode.SmallerSibling => candidate is Candidate.Local { Model: var sibling }
                && IsSmallerSibling(sibling),
            ColdStartMode.Cloud => candidate is Candidate.Remote,
            _ => false,
        };

    private bool IsSmallerSibling(LocalModel sibling) =>
        sibling is { IsCold: false, Replicas.Count: > 0 }
        && !(
            sibling.Facts.Parameters > 0
            && Model.Facts.Parameters > 0
            && sibling.Facts.Parameters > Model.Facts.Parameters
        );
}
