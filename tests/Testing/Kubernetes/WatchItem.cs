using System.Text.Json.Nodes;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>One event of a watch.</summary>
public sealed record WatchItem(string Type, JsonObject Object)
{
    public string Name => (string)Object["metadata"]!["name"]!;

    public string ResourceVersion => (string)Object["metadata"]!["resourceVersion"]!;

    /// <summary><c>ADDED one</c>.</summary>
    public override string ToString() => $"{Type} {Name}";
}
