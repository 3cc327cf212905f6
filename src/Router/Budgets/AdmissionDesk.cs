using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Identity;
using LlmOperator.Router.Limits;
using LlmOperator.Router.Policies;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Budgets;

/// <summary>Lets requests in by the limits of their key, role and policy. Thread-safe.</summary>
internal sealed class AdmissionDesk(BudgetDesk budgets, LimitDesk limits)
{
    /// <summary>Lets a request in.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="route">Its route.</param>
    /// <param name="facts">What is known of it.</param>
    /// <param name="answers">How many answers are computed for it.</param>
    /// <param name="response">Gets the headers that say how far the limits are used.</param>
    /// <param name="cancellationToken">Ends the wait for a ledger.</param>
    /// <exception cref="InvalidRequestException">A limit is reached.</exception>
    public async ValueTask<Admission> EnterAsync(
        Caller caller,
        Route route,
        RequestFacts facts,
        int answers,
        HttpResponse response,
        CancellationToken cancellationToken
    )
    {
        // What an answer takes of a minute's tokens before it is known.
        int answer = Math.Min(facts.MaxTokens ?? TokenEstimate.UsualAnswer, TokenEstimate.UsualAnswer);
        int estimate = facts.PromptTokens + (answers * answer);
        List<RateGate> entered = [];
        foreach (RateGate gate in GatesOf(caller, route))
        {
            RateRefusal? refusal = await EnterAsync(gate, entered, estimate, cancellationToken);
            if (refusal is null)
            {
                entered.Add(gate);
                continue;
            }

            entered.ForEach(g => g.Undo(estimate));
            WriteLevels(gate, response);
            throw new InvalidRequestException(
                new OpenAiError(
                    StatusCodes.Status429TooManyRequests,
                    "rate_limit_exceeded",
                    $"{refusal.Message}; try again in {Math.Ceiling(refusal.RetryAfter.TotalSeconds)} s."
                )
                {
                    RetryAfter = refusal.RetryAfter,
                }
            );
        }

        if (entered.Count > 0)
        {
            WriteLevels(entered[0], response);
        }

        RequestBudgets own = new(
            budgets,
            [.. BudgetsOf(caller, route)],
            facts.PromptTokens,
            facts.MaxTokens,
            answers,
            route.Policy?.Spec
        );
        return new Admission(own, entered, estimate);
    }

    // Whoever goes away while it waits for a ledger leaves the gates that it has passed.
    private static async ValueTask<RateRefusal?> EnterAsync(
        RateGate gate,
        List<RateGate> entered,
        int estimate,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await gate.EnterAsync(estimate, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            entered.ForEach(g => g.Undo(estimate));
            throw;
        }
    }

    // The key first: its headers are what a client can act on.
    private IEnumerable<RateGate> GatesOf(Caller caller, Route route)
    {
        CompiledLimits?[] all =
        [
            caller.Limits,
            (route as Route.OfRole)?.Role.RequestLimits,
            route.Policy?.RequestLimits,
        ];
        return all.OfType<CompiledLimits>().Select(limits.GateOf);
    }

    private static IEnumerable<CompiledBudget> BudgetsOf(Caller caller, Route route) =>
        [.. caller.Budgets, .. (route as Route.OfRole)?.Role.Budgets ?? [], .. route.Policy?.Budgets ?? []];

    private static void WriteLevels(RateGate gate, HttpResponse response)
    {
        (RateLevel? requests, RateLevel? tokens) = gate.Levels();
        Write(response, "requests", requests);
        Write(response, "tokens", tokens);
    }

    // The names that OpenAI's clients know.
    private static void Write(HttpResponse response, string what, RateLevel? level)
    {
        if (level is not null)
        {
            response.Headers[$"x-ratelimit-limit-{what}"] = level.Limit.ToString();
            response.Headers[$"x-ratelimit-remaining-{what}"] = level.Remaining.ToString();
            response.Headers[$"x-ratelimit-reset-{what}"] = $"{Math.Ceiling(level.Reset.TotalSeconds)}s";
        }
    }
}
