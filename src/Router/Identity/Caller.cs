using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Limits;

namespace LlmOperator.Router.Identity;

/// <summary>Who asks, and what the key of it opens.</summary>
internal sealed class Caller
{
    /// <summary>Whoever may use this machine: no key is demanded on loopback.</summary>
    public static Caller Local { get; } = new() { Name = "local" };

    /// <summary>Whoever has a key of the router's own file: it opens everything.</summary>
    public static Caller OfKeyFile { get; } = new() { Name = "key-file" };

    /// <summary>Name for logs and metrics: the RouterKey's, with its namespace.</summary>
    public required string Name { get; init; }

    /// <summary>The RouterKey; null for callers without one.</summary>
    public ObjectKey? Key { get; init; }

    /// <summary>When the key stops to open anything; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Names that may be asked for; null for all of <see cref="Namespace"/>.</summary>
    public IReadOnlyList<string>? AllowedNames { get; init; }

    /// <summary>Whose requests go first when there are too many.</summary>
    public RequestPriority Priority { get; init; } = RequestPriority.Normal;

    /// <summary>Limits of the key; null for none.</summary>
    public CompiledLimits? Limits { get; init; }

    /// <summary>Budgets of the key.</summary>
    public IReadOnlyList<CompiledBudget> Budgets { get; init; } = [];

    /// <summary>Namespace whose names the key opens; null when all are open.</summary>
    public string? Namespace => Key?.Namespace;

    /// <summary>Whether the key opens a name. It is then looked up in <see cref="Namespace"/>, where there is one, and in no other.</summary>
    /// <param name="name">The name as the client sends it.</param>
    public bool AllowsName(string name) => AllowedNames?.Any(allowed => Matches(allowed, name)) ?? true;

    private static bool Matches(string allowed, string name) =>
        allowed.EndsWith('*')
            ? name.AsSpan().StartsWith(allowed.AsSpan(0, allowed.Length - 1), StringComparison.Ordinal)
            : allowed == name;
}
