using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Budgets;

/// <summary>What all budgets of a request have reserved for one attempt.</summary>
internal sealed class BudgetHold(
    TargetPrice price,
    IReadOnlyList<(Reservation Reservation, bool CountsMoney)> parts
)
{
    /// <summary>Nothing: no budget counts the attempt.</summary>
    public static BudgetHold None { get; } = new(TargetPrice.Free, []);

    /// <summary>Charges what the attempt used and gives the rest back.</summary>
    public void Settle(TokenUsage usage)
    {
        foreach ((Reservation reservation, bool countsMoney) in parts)
        {
            reservation.Settle(countsMoney ? price.CostOf(usage) : usage.Prompt + usage.Completion);
        }
    }
}
