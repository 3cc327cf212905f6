namespace LlmOperator.Operator.Seeding;

/// <summary>That a model's files are wanted on a node.</summary>
/// <param name="Model">The model's key.</param>
/// <param name="Node">The node.</param>
/// <param name="Digest">Digest of the weights.</param>
/// <param name="HasFailed">Its pull failed there.</param>
/// <param name="Seeders">Seeders that its replica names now.</param>
internal sealed record SeedWish(
    string Model,
    string Node,
    string Digest,
    bool HasFailed = false,
    IReadOnlyList<string>? Seeders = null
);
