using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Policies;
using LlmOperator.Router.Serving;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Dialects;

/// <summary>What clients may send as <c>model</c>, as the snapshot of the moment has it.</summary>
/// <param name="currentSnapshot">Gives the snapshot.</param>
/// <param name="defaultNamespace">Namespace whose names stand without it.</param>
internal sealed class ModelDirectory(Func<RoutingSnapshot> currentSnapshot, string defaultNamespace)
{
    private const int MostSuggestions = 5;

    /// <summary>All names, in order.</summary>
    public IEnumerable<ModelEntry> Entries() => Entries(currentSnapshot());

    /// <summary>One name; null when nobody has it.</summary>
    public ModelEntry? Find(string id) =>
        Route.Find(currentSnapshot(), id, defaultNamespace) is { } route ? EntryOf(id, route) : null;

    /// <summary>What a name means in a snapshot.</summary>
    /// <exception cref="InvalidRequestException">Nobody has the name.</exception>
    public Route Require(RoutingSnapshot snapshot, string name) =>
        Route.Find(snapshot, name, defaultNamespace)
        ?? throw new InvalidRequestException(NotFound(Entries(snapshot), name));

    /// <summary>The error for a name that nobody has, with the nearest that somebody has.</summary>
    public OpenAiError NotFound(string name) => NotFound(Entries(), name);

    private static OpenAiError NotFound(IEnumerable<ModelEntry> entries, string name)
    {
        string[] near =
        [
            .. entries
                .Select(e => e.Id)
                .OrderBy(id => EditDistance.Between(id, name))
                .ThenBy(id => id, StringComparer.Ordinal)
                .Take(MostSuggestions),
        ];
        string hint =
            near.Length == 0
                ? "there is none yet: apply an LlmModel"
                : $"there are {string.Join(", ", near)}";
        return new OpenAiError(
            StatusCodes.Status404NotFound,
            "model_not_found",
            $"There is no model, role or policy \"{name}\"; {hint}."
        )
        {
            Param = "model",
        };
    }

    private IEnumerable<ModelEntry> Entries(RoutingSnapshot snapshot)
    {
        IEnumerable<(ObjectKey Key, DateTimeOffset Created, string Owner, LocalModel? Model)> all =
        [
            .. snapshot.Models.Values.Select(m => (m.Key, m.Created, "local", (LocalModel?)m)),
            .. snapshot.Roles.Values.Select(r => (r.Key, r.Created, "role", (LocalModel?)null)),
            .. snapshot.Policies.Values.Select(p => (p.Key, p.Created, "policy", (LocalModel?)null)),
            .. snapshot.PoliciesByModelName.Select(p =>
                (p.Key, p.Value.Created, "policy", (LocalModel?)null)
            ),
        ];
        return all.Select(e => new ModelEntry(
                e.Key.Namespace == defaultNamespace ? e.Key.Name : e.Key.ToString(),
                e.Created,
                e.Owner
            )
            {
                Model = e.Model,
            })
            .DistinctBy(e => e.Id)
            .OrderBy(e => e.Id, StringComparer.Ordinal);
    }

    private static ModelEntry EntryOf(string id, Route route) =>
        route switch
        {
            Route.OfModel model => new ModelEntry(id, model.Model.Created, "local") { Model = model.Model },
            Route.OfRole role => new ModelEntry(id, role.Role.Created, "role"),
            _ => new ModelEntry(id, route.Policy?.Created ?? DateTimeOffset.UnixEpoch, "policy"),
        };
}
