using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Operator.Planning;

/// <summary>The objects of a fleet, real or invented, that a preview is made of.</summary>
public sealed record FleetObjects
{
    /// <summary>Models, wanted ones included.</summary>
    public IReadOnlyList<LlmModel> Models { get; init; } = [];

    /// <summary>Nodes with their status.</summary>
    public IReadOnlyList<LlmNode> Nodes { get; init; } = [];

    /// <summary>Replicas that exist.</summary>
    public IReadOnlyList<ModelReplica> Replicas { get; init; } = [];

    /// <summary>Catalogs.</summary>
    public IReadOnlyList<ModelCatalog> Catalogs { get; init; } = [];
}
