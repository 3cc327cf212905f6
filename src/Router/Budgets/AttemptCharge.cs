using LlmOperator.Router.Forwarding;

namespace LlmOperator.Router.Budgets;

/// <summary>
/// What one attempt costs, charged once when it is disposed. A stream that breaks and goes on on another replica is one
/// attempt: its prompt is charged once and each token of the answer that the client got once; what the second replica has to
/// read or say again is not charged, so the reservation of the attempt holds for the whole answer.
/// </summary>
internal sealed class AttemptCharge(Admission admission, BudgetHold hold, AttemptMeter meter) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => admission.Settle(hold, meter);
}
