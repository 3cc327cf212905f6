using System.Collections.Frozen;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Limits;

namespace LlmOperator.Router.Identity;

/// <summary>The RouterKeys of one moment, by their hashes. Immutable.</summary>
internal sealed class KeyRing
{
    private readonly FrozenDictionary<KeyHash, Caller> _callers;

    private KeyRing(FrozenDictionary<KeyHash, Caller> callers) => _callers = callers;

    /// <summary>No keys.</summary>
    public static KeyRing Empty { get; } = new(FrozenDictionary<KeyHash, Caller>.Empty);

    /// <summary>Number of keys.</summary>
    public int Count => _callers.Count;

    /// <summary>All callers.</summary>
    public IEnumerable<Caller> Callers => _callers.Values;

    /// <summary>Reads keys; unsound ones open nothing. Of two with the same hash neither opens anything: whose limits hold would be chance.</summary>
    public static KeyRing Of(IEnumerable<RouterKey> keys)
    {
        var sound =
            from key in keys
            where !key.IsBeingDeleted && RoutingValidation.Check(key.Spec).Count == 0
            let hash = KeyHash.Parse(key.Spec.Sha256)
            where hash is not null
            group key by hash.Value into same
            where same.Count() == 1
            select (Hash: same.Key, Key: same.First());
        return new KeyRing(sound.ToFrozenDictionary(s => s.Hash, s => CallerOf(s.Key)));
    }

    /// <summary>The caller with a key; null when there is none, or its time is over.</summary>
    public Caller? Find(KeyHash hash, DateTimeOffset now) =>
        _callers.TryGetValue(hash, out Caller? caller) && !(caller.Expires <= now) ? caller : null;

    private static Caller CallerOf(RouterKey key) =>
        new()
        {
            Name = key.Key.ToString(),
            Key = key.Key,
            Expires = key.Spec.Expires,
            AllowedNames = key.Spec.AllowedNames,
            Limits = CompiledLimits.Of(key, key.Spec.RequestLimits),
            Priority = key.Spec.Priority,
            Budgets = CompiledBudget.Of(key, key.Spec.Budgets),
        };
}
