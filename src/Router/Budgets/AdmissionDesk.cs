using System.Collections.Concurrent;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Identity;
using LlmOperator.Router.Policies;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Budgets;

/// <summary>Lets requests in by the limits of their key, role and policy. Thread-safe.</summary>
internal sealed class AdmissionDesk(BudgetDesk budgets, TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Kind, ObjectKey Key), RateGate> _gates = new();

    /// <summary>Lets a request in.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="route">Its route.</param>
    /// <param name="facts">What is known of it.</param>
    /// <param name="answers">How many answers are computed for it.</param>
    /// <param name="response">Gets the headers that say how far the limits are used.</param>
    /// <exception cref="InvalidRequestException">A limit is reached.</exception>
    public Admission Enter(Caller caller, Route route, RequestFacts facts, int answers, HttpResponse response)
    {
        // What an answer takes of a minute's tokens before it is known.
        int answer = Math.Min(facts.MaxTokens ?? TokenEstimate.UsualAnswer, TokenEstimate.UsualAnswer);
        int estimate = facts.PromptTokens + (answers * answer);
        List<RateGate> entered = [];
        foreach (RateGate gate in GatesOf(caller, route))
        {
            RateRefusal? refusal = gate.TryEnter(estimate);
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

    // The key first: its headers are what a client can act on.
    private IEnumerable<RateGate> GatesOf(Caller caller, Route route)
    {
        if (caller is { Key: { } key, Limits: { } ofKey })
        {
            yield return GateOf("The API key", key, ofKey);
        }

        if (route is Route.OfRole { Role: { RequestLimits: { } ofRole } role })
        {
            yield return GateOf($"The role \"{role.Key.Name}\"", role.Key, ofRole);
        }

        if (route.Policy is { Spec.RequestLimits: { } ofPolicy } policy)
        {
            yield return GateOf($"The routing policy \"{policy.Key.Name}\"", policy.Key, ofPolicy);
        }
    }

    // Changed limits begin anew.
    private RateGate GateOf(string name, ObjectKey key, RequestLimits limits) =>
        _gates.AddOrUpdate(
            (name, key),
            _ => new RateGate(name, limits, time),
            (_, gate) => gate.Limits == limits ? gate : new RateGate(name, limits, time)
        );

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
