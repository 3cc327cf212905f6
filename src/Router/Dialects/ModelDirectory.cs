using LlmOperator.Api.Validation;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Configuration;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Identity;
using LlmOperator.Router.Policies;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Dialects;

/// <summary>What clients may send as <c>model</c>, as the snapshot of the moment has it.</summary>
/// <param name="currentSnapshot">Gives the snapshot.</param>
/// <param name="defaultNamespace">Namespace whose names stand without it.</param>
internal sealed class ModelDirectory(Func<RoutingSnapshot> currentSnapshot, string defaultNamespace)
{
    /// <summary>All names that are open to who asks, in order.</summary>
    public IEnumerable<ModelEntry> Entries(HttpContext context) =>
        Entries(currentSnapshot(), context.Caller());

    /// <summary>One name; null when nobody has it or it is not open to who asks.</summary>
    public ModelEntry? Find(HttpContext context, string id)
    {
        Caller caller = context.Caller();
        return caller.AllowsName(id) && Find(currentSnapshot(), caller, id) is { } route
            ? EntryOf(id, route)
            : null;
    }

    /// <summary>What a name means in a snapshot to who asks.</summary>
    /// <exception cref="InvalidRequestException">Nobody has the name, or it is not open.</exception>
    public Route Require(HttpContext context, RoutingSnapshot snapshot, string name)
    {
        Caller caller = context.Caller();
        // Before it is looked up: whether the name exists is nothing that the key tells.
        return !caller.AllowsName(name)
            ? throw new InvalidRequestException(NotAllowed(name))
            : Find(snapshot, caller, name)
                ?? throw new InvalidRequestException(NotFound(Entries(snapshot, caller), name));
    }

    /// <summary>The error for a name that nobody has, with the nearest that somebody has and who asks may know of.</summary>
    public OpenAiError NotFound(HttpContext context, string name) =>
        context.Caller().AllowsName(name) ? NotFound(Entries(context), name) : NotAllowed(name);

    // A key of a namespace finds nothing in another.
    private Route? Find(RoutingSnapshot snapshot, Caller caller, string name) =>
        Route.Find(snapshot, name, caller.Namespace ?? defaultNamespace) is { } route
        && (caller.Namespace is null || caller.Namespace == route.Namespace)
            ? route
            : null;

    private static OpenAiError NotAllowed(string name) =>
        new(
            StatusCodes.Status403Forbidden,
            "model_not_allowed",
            $"The API key does not open \"{name}\"; ask for a list of models to see what it opens."
        )
        {
            Param = "model",
        };

    private static OpenAiError NotFound(IEnumerable<ModelEntry> entries, string name)
    {
        IReadOnlyList<string> near = NearestNames.Of(entries.Select(e => e.Id), name);
        string hint =
            near.Count == 0 ? "there is none yet: apply an LlmModel" : $"there are {string.Join(", ", near)}";
        return new OpenAiError(
            StatusCodes.Status404NotFound,
            "model_not_found",
            $"There is no model, role or policy \"{name}\"; {hint}."
        )
        {
            Param = "model",
        };
    }

    private IEnumerable<ModelEntry> Entries(RoutingSnapshot snapshot, Caller caller)
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
        return all.Where(e => caller.Namespace is null || caller.Namespace == e.Key.Namespace)
            .Select(e => new ModelEntry(
                e.Key.Namespace == (caller.Namespace ?? defaultNamespace) ? e.Key.Name : e.Key.ToString(),
                e.Created,
                e.Owner
            )
            {
                Model = e.Model,
            })
            .Where(e => caller.AllowsName(e.Id))
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
