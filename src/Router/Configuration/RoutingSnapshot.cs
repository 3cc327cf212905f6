using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Identity;

namespace LlmOperator.Router.Configuration;

/// <summary>Everything that routing knows at one moment. Immutable: a request keeps the one that it began with.</summary>
internal sealed class RoutingSnapshot
{
    public static RoutingSnapshot Empty { get; } = new();

    public IReadOnlyDictionary<ObjectKey, LocalModel> Models { get; init; } =
        new Dictionary<ObjectKey, LocalModel>();

    public IReadOnlyDictionary<ObjectKey, Role> Roles { get; init; } = new Dictionary<ObjectKey, Role>();

    public IReadOnlyDictionary<ObjectKey, Policy> Policies { get; init; } =
        new Dictionary<ObjectKey, Policy>();

    public IReadOnlyDictionary<ObjectKey, Provider> Providers { get; init; } =
        new Dictionary<ObjectKey, Provider>();

    /// <summary>Keys of callers.</summary>
    public KeyRing Keys { get; init; } = KeyRing.Empty;

    /// <summary>Policies by the further names that they map; a key's name is the name of a model as clients send it.</summary>
    public IReadOnlyDictionary<ObjectKey, Policy> PoliciesByModelName { get; init; } =
        new Dictionary<ObjectKey, Policy>();
}
