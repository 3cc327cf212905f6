using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Statistics;

namespace LlmOperator.Router.Policies;

/// <summary>Collects the candidates of one request: looks targets up, holds them against the fence and the windows.</summary>
internal sealed class CandidateSet(
    Route route,
    RoutingSnapshot snapshot,
    RequestFacts facts,
    ITargetFigures figures,
    RouteFence fence
)
{
    private readonly List<(Candidate Candidate, bool InOrderOfMode)> _found = [];
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<string> _tooLong = [];

    /// <summary>Targets that were left out, with the reason of each.</summary>
    public List<string> Refusals { get; } = [];

    /// <summary>The answer when nothing is left because the request itself is too long everywhere; null otherwise.</summary>
    public OpenAiError? Rejection =>
        _found.Count == 0 && _tooLong.Count > 0 && _tooLong.Count == Refusals.Count
            ? OpenAiError.Invalid(
                "context_length_exceeded",
                $"The request fits into no target: {string.Join("; ", _tooLong)}."
            )
            : null;

    /// <summary>Adds targets in their order.</summary>
    public void AddAll(IEnumerable<RouteTarget> targets, string reason, bool inOrderOfMode)
    {
        foreach (RouteTarget target in targets)
        {
            Candidate? candidate = target.Provider is null
                ? ResolveLocal(target, reason)
                : ResolveRemote(target, reason);
            Add(candidate, inOrderOfMode);
        }
    }

    /// <summary>Adds a model that the client named itself.</summary>
    public void AddModel(LocalModel model, string reason) =>
        Add(Fitting(model, reason), inOrderOfMode: false);

    /// <summary>The candidates: what has an order of its own, then the others in the order of the mode.</summary>
    public List<Candidate> InOrder(RoutingMode mode) =>
        [
            .. _found.Where(f => !f.InOrderOfMode).Select(f => f.Candidate),
            .. TargetRanking.Order(_found.Where(f => f.InOrderOfMode).Select(f => f.Candidate), mode),
        ];

    private void Add(Candidate? candidate, bool inOrderOfMode)
    {
        if (candidate is not null && _names.Add(candidate.Name))
        {
            CandidateEstimate estimate = TargetRanking.Estimate(
                candidate,
                facts,
                figures,
                route.Policy?.Spec
            );
            _found.Add((candidate with { Estimate = estimate }, inOrderOfMode));
        }
    }

    private Candidate? ResolveLocal(RouteTarget target, string reason)
    {
        if (fence.AgainstLocal is { } against)
        {
            return Refuse($"model \"{target.Model}\": {against}");
        }

        return
            target.Model is not null
            && snapshot.Models.TryGetValue(
                new ObjectKey(route.Namespace, target.Model),
                out LocalModel? model
            )
            ? Fitting(model, reason)
            : Refuse($"model \"{target.Model}\" does not exist");
    }

    private Candidate? ResolveRemote(RouteTarget target, string reason)
    {
        if (fence.AgainstRemote is { } against)
        {
            return Refuse($"provider \"{target.Provider}\": {against}");
        }

        if (
            !snapshot.Providers.TryGetValue(
                new ObjectKey(route.Namespace, target.Provider!),
                out Provider? provider
            )
        )
        {
            return Refuse($"provider \"{target.Provider}\" does not exist");
        }

        if (provider.Problem is { } problem)
        {
            return Refuse(problem);
        }

        return target.Model is not null && provider.Models.TryGetValue(target.Model, out ProviderModel? model)
            ? Fitting(provider, model, reason)
            : Refuse($"provider \"{target.Provider}\" offers no model \"{target.Model}\"");
    }

    // Of a model's replicas those that hold the prompt: an engine ends an answer at the end of its context by itself.
    private Candidate? Fitting(LocalModel model, string reason)
    {
        Candidate.Local candidate = new(model, reason);
        int window = model.Replicas.Count == 0 ? 0 : model.Replicas.Max(r => r.ContextLength);
        if (OverBudget(candidate, $"model \"{model.Key.Name}\"", window) is { } over)
        {
            // A share is one of the largest context: replicas with a smaller one are left out.
            LocalModel largest = model with
            {
                Replicas = [.. model.Replicas.Where(r => r.ContextLength == window)],
            };
            return over.Over is { } text
                ? TooLong(text)
                : Fitting(
                    candidate with
                    {
                        Model = largest,
                        DroppedTools = over.Dropped,
                    },
                    over.DroppedTokens
                );
        }

        return Fitting(candidate, droppedTokens: 0);
    }

    private Candidate? Fitting(Candidate.Local candidate, int droppedTokens)
    {
        LocalModel model = candidate.Model;
        int tokens = facts.PromptTokensAt(candidate, figures.Of(candidate.Name)) - droppedTokens;
        LocalReplica[] fitting =
        [
            .. model.Replicas.Where(r => r.ContextLength == 0 || tokens < r.ContextLength),
        ];
        if (fitting.Length == 0 && model.Replicas.Count > 0)
        {
            return TooLong($"model \"{model.Key.Name}\"", tokens, model.Replicas.Max(r => r.ContextLength));
        }

        return fitting.Length == model.Replicas.Count
            ? candidate
            : candidate with
            {
                Model = model with { Replicas = fitting },
            };
    }

    private Candidate? Fitting(Provider provider, ProviderModel model, string reason)
    {
        Candidate.Remote candidate = new(provider, model, reason) { IsRedacted = fence.IsRedacted };
        string name = $"provider \"{provider.Key.Name}\" model \"{model.Name}\"";
        ContextVerdict? over = OverBudget(candidate, name, model.ContextLength ?? 0);
        if (over is { Over: { } text })
        {
            return TooLong(text);
        }

        long wanted =
            (long)facts.PromptTokensAt(candidate, figures.Of(candidate.Name))
            - (over?.DroppedTokens ?? 0)
            + (facts.MaxTokens ?? 0);
        return wanted > model.ContextLength
            ? TooLong(name, wanted, model.ContextLength.Value)
            : candidate with
            {
                DroppedTools = over?.Dropped ?? [],
            };
    }

    // Null when the role has no budget, or all is within it.
    private ContextVerdict? OverBudget(Candidate candidate, string name, int window) =>
        route is Route.OfRole { Role: { ContextBudget: { } budget } role }
            ? ContextVerdict.Of(
                role.Key.Name,
                budget,
                facts.Shares,
                name,
                window,
                figures.Of(candidate.Name).TokenRatio
            )
            : null;

    private Candidate? TooLong(string target, long wanted, int window) =>
        TooLong($"{target}: about {wanted} tokens are wanted, {window} fit, {wanted - window} too many");

    private Candidate? TooLong(string text)
    {
        _tooLong.Add(text);
        return Refuse(text);
    }

    private Candidate? Refuse(string reason)
    {
        Refusals.Add(reason);
        return null;
    }
}
