using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Budgets;

/// <summary>The budgets that one request falls under: those of its key, its role and its policy.</summary>
/// <param name="desk">All budgets.</param>
/// <param name="budgets">Those of the request.</param>
/// <param name="promptTokens">Estimate of the prompt.</param>
/// <param name="maxTokens">Most tokens of an answer; null when nobody says.</param>
/// <param name="answers">How many answers are computed.</param>
/// <param name="policy">What local models cost, and how long an attempt may take; null for a route without a policy.</param>
internal sealed class RequestBudgets(
    BudgetDesk desk,
    IReadOnlyList<CompiledBudget> budgets,
    int promptTokens,
    int? maxTokens,
    int answers,
    RoutingPolicySpec? policy
)
{
    // What a model answers at most when neither the client nor the provider's entry says.
    private const int UsualMaxTokens = 4096;

    // The estimate of a prompt is a guess by its characters; a budget is not to be passed by it.
    private const double PromptMargin = 1.5;
    private static readonly TimeSpan s_queuePause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _longest = (policy?.Limits ?? new RoutingLimits()).Total.Value;

    /// <summary>Estimate of the prompt's tokens.</summary>
    public int PromptTokens => promptTokens;

    /// <summary>Reserves for an attempt the most that it may cost, in every budget that counts it.</summary>
    /// <param name="candidate">Where the attempt goes.</param>
    /// <param name="cancellationToken">Ends the wait of budgets whose requests queue.</param>
    /// <returns>What was reserved, or why not.</returns>
    public ValueTask<(BudgetHold? Hold, BudgetRefusal? Refusal)> ReserveAsync(
        Candidate candidate,
        CancellationToken cancellationToken
    ) => ReserveAsync(candidate, mayQueue: true, cancellationToken);

    /// <summary>The same, at once: what there is no room for waits for nothing.</summary>
    public ValueTask<(BudgetHold? Hold, BudgetRefusal? Refusal)> TryReserveAsync(
        Candidate candidate,
        CancellationToken cancellationToken
    ) => ReserveAsync(candidate, mayQueue: false, cancellationToken);

    private async ValueTask<(BudgetHold? Hold, BudgetRefusal? Refusal)> ReserveAsync(
        Candidate candidate,
        bool mayQueue,
        CancellationToken cancellationToken
    )
    {
        if (budgets.Count == 0)
        {
            return (BudgetHold.None, null);
        }

        TargetPrice price = TargetPrice.Of(candidate, policy?.LocalCost);
        TokenUsage most = MostOf(candidate);
        List<(Reservation, bool)> parts = [];
        BudgetHold hold = new(price, parts, _longest, desk.Time);
        try
        {
            foreach (CompiledBudget budget in budgets)
            {
                long amount = budget.CountsMoney
                    ? price.CostOf(most, _longest)
                    : most.Prompt + most.Completion;
                if (amount == 0 || (budget.SparesLocal && candidate is Candidate.Local))
                {
                    continue;
                }

                LedgerKeeper keeper = desk.KeeperOf(budget);
                (Reservation? reserved, BudgetRefusal? refusal) = await ReserveAsync(
                    keeper,
                    budget,
                    amount,
                    mayQueue,
                    cancellationToken
                );
                if (refusal is not null)
                {
                    hold.Settle(default);
                    return (null, refusal);
                }

                parts.Add((reserved!, budget.CountsMoney));
            }

            hold.Begin();
            return (hold, null);
        }
        catch
        {
            hold.Settle(default);
            throw;
        }
    }

    private async ValueTask<(Reservation?, BudgetRefusal?)> ReserveAsync(
        LedgerKeeper keeper,
        CompiledBudget budget,
        long amount,
        bool mayQueue,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            try
            {
                if (await keeper.ReserveAsync(amount, cancellationToken) is { } reserved)
                {
                    return (reserved, null);
                }
            }
            catch (Exception e) when (e is HttpRequestException or KubernetesApiException or IOException)
            {
                // Without its ledger a budget is closed: better no answer than one that nobody may have paid for.
                return (
                    null,
                    new BudgetRefusal(
                        budget,
                        $"{budget} cannot be asked: the API server does not answer",
                        s_soon
                    )
                );
            }

            if (!mayQueue || budget.Spec.OnExceeded != BudgetExceededAction.Queue || amount > budget.Limit)
            {
                return (null, RefusalOf(keeper, budget, amount));
            }

            await Task.Delay(s_queuePause, desk.Time, cancellationToken);
        }
    }

    private BudgetRefusal RefusalOf(LedgerKeeper keeper, CompiledBudget budget, long amount)
    {
        DateTimeOffset next = keeper.Share.NextPeriod;
        string wanted = BudgetAmounts.Text(budget.Spec, amount);
        string free = BudgetAmounts.Text(budget.Spec, Math.Min(budget.Limit, keeper.Share.LastKnownFree));
        return new BudgetRefusal(
            budget,
            $"{budget} has {free} left and the answer may take {wanted}; the next period begins {next:yyyy-MM-dd HH:mm} UTC",
            next - desk.Time.GetUtcNow()
        );
    }

    private TokenUsage MostOf(Candidate candidate)
    {
        long prompt = (long)Math.Ceiling(promptTokens * PromptMargin);
        ProviderModel? model = (candidate as Candidate.Remote)?.Model;
        long answer = maxTokens ?? model?.MaxOutputTokens ?? UsualMaxTokens;
        answer = model?.MaxOutputTokens is { } most ? Math.Min(answer, most) : answer;
        return new TokenUsage(prompt, answer * answers);
    }
}
