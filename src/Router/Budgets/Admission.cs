using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;
using LlmOperator.Router.Limits;

namespace LlmOperator.Router.Budgets;

/// <summary>One request that was let in: the limits that it counts under, and its budgets. Disposed when it has ended.</summary>
internal sealed class Admission(RequestBudgets budgets, IReadOnlyList<RateGate> gates, int estimatedTokens)
    : IDisposable
{
    private long _used;

    /// <summary>Its budgets.</summary>
    public RequestBudgets Budgets => budgets;

    /// <summary>Charges what an attempt used, and notes it for the limits.</summary>
    public void Settle(BudgetHold hold, AttemptMeter meter)
    {
        TokenUsage usage = meter.UsageOr(budgets.PromptTokens);
        hold.Settle(usage);
        Interlocked.Add(ref _used, usage.Prompt + usage.Completion);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (RateGate gate in gates)
        {
            gate.Leave(estimatedTokens, Interlocked.Read(ref _used));
        }
    }
}
