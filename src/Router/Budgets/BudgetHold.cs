using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Budgets;

/// <summary>What all budgets of a request have reserved for one attempt.</summary>
/// <param name="price">Price of the target.</param>
/// <param name="parts">The reservations.</param>
/// <param name="longest">Longest time for which was reserved.</param>
/// <param name="time">Clock.</param>
internal sealed class BudgetHold(
    TargetPrice price,
    IReadOnlyList<(Reservation Reservation, bool CountsMoney)> parts,
    TimeSpan longest,
    TimeProvider time
)
{
    private long _start = time.GetTimestamp();

    /// <summary>Nothing: no budget counts the attempt.</summary>
    public static BudgetHold None { get; } = new(TargetPrice.Free, [], TimeSpan.Zero, TimeProvider.System);

    /// <summary>All is reserved, and the attempt begins.</summary>
    public void Begin() => _start = time.GetTimestamp();

    /// <summary>Charges what the attempt used and gives the rest back.</summary>
    public void Settle(TokenUsage usage)
    {
        if (parts.Count == 0)
        {
            return;
        }

        TimeSpan elapsed = time.GetElapsedTime(_start);
        elapsed = elapsed < longest ? elapsed : longest;
        foreach ((Reservation reservation, bool countsMoney) in parts)
        {
            reservation.Settle(countsMoney ? price.CostOf(usage, elapsed) : usage.Prompt + usage.Completion);
        }
    }
}
