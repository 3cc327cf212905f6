using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Classification;

/// <summary>A data class that a request belongs to.</summary>
/// <param name="Name">The class.</param>
/// <param name="Kinds">What it was found by; <c>header</c> when the client says so.</param>
/// <param name="Leaving">Whether what was found may leave: where a placeholder cannot stand in, Redacted has become Forbidden.</param>
internal sealed record ClassFound(string Name, IReadOnlyList<string> Kinds, DataLeaving Leaving)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} ({string.Join(", ", Kinds)})";
}
