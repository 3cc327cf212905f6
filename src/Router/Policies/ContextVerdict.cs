using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Policies;

/// <summary>What a role's context budget says of a request at one target. Pure.</summary>
/// <param name="Over">Why the target cannot be asked, with the tokens that are too many; null when it can.</param>
/// <param name="Dropped">Tools that are left out there.</param>
/// <param name="DroppedTokens">What they would have taken.</param>
internal sealed record ContextVerdict(string? Over, IReadOnlyList<string> Dropped, int DroppedTokens)
{
    /// <summary>Judges a request at a target.</summary>
    /// <param name="role">Name of the role.</param>
    /// <param name="budget">Its budget.</param>
    /// <param name="shares">What the request takes.</param>
    /// <param name="target">The target, for messages.</param>
    /// <param name="window">Tokens that the target's context holds; 0 when not known.</param>
    /// <param name="ratio">Tokens that the target counts for one that is estimated.</param>
    public static ContextVerdict Of(
        string role,
        ContextBudget budget,
        PromptShares shares,
        string target,
        int window,
        double ratio
    )
    {
        double system = shares.SystemTokens * ratio;
        if (Most(budget.System, window) is { } mostSystem && system > mostSystem)
        {
            return Refuse(role, "the system prompt takes", "system", system, mostSystem, target);
        }

        double tools = shares.Tools.Sum(t => t.Tokens) * ratio;
        if (Most(budget.Tools, window) is not { } mostTools || tools <= mostTools)
        {
            return new ContextVerdict(null, [], 0);
        }

        return
            budget.OnExceeded == ContextExceededAction.DropTools
            && Trim(shares, mostTools, ratio) is { } trimmed
            ? trimmed
            : Refuse(role, "definitions of tools take", "tools", tools, mostTools, target);
    }

    // Null when not even the first tool fits, or the one that must be called would be left out.
    private static ContextVerdict? Trim(PromptShares shares, int most, double ratio)
    {
        int kept = 0;
        double tokens = 0;
        while (kept < shares.Tools.Count && tokens + (shares.Tools[kept].Tokens * ratio) <= most)
        {
            tokens += shares.Tools[kept++].Tokens * ratio;
        }

        ToolShare[] dropped = [.. shares.Tools.Skip(kept)];
        return kept == 0 || dropped.Any(t => t.Name == shares.ForcedTool)
            ? null
            : new ContextVerdict(
                null,
                [.. dropped.Select(t => t.Name)],
                (int)(dropped.Sum(t => t.Tokens) * ratio)
            );
    }

    private static int? Most(ContextShare? share, int window)
    {
        int? percent = share?.Percent is { } part && window > 0 ? (int)((long)window * part / 100) : null;
        return share?.Tokens is { } tokens ? Math.Min(tokens, percent ?? tokens) : percent;
    }

    private static ContextVerdict Refuse(
        string role,
        string what,
        string field,
        double tokens,
        int most,
        string target
    )
    {
        int taken = (int)Math.Ceiling(tokens);
        return new ContextVerdict(
            $"{target}: {what} about {taken} tokens, {taken - most} more than the {most} that contextBudget.{field} of role \"{role}\" allows there",
            [],
            0
        );
    }
}
