using System.Text.Json.Nodes;

namespace LlmOperator.Kubernetes.Patching;

/// <summary>A change to an object: closed hierarchy of the patch types that are used.</summary>
public abstract record Patch
{
    private Patch() { }

    /// <summary>JSON merge patch (RFC 7396); lists are replaced whole.</summary>
    public sealed record Merge(JsonObject Document) : Patch;

    /// <summary>JSON patch (RFC 6902), which can carry a <c>test</c>.</summary>
    public sealed record Json(JsonArray Operations) : Patch;
}
