namespace LlmOperator.Kubernetes.Serialization;

/// <summary>Bounds on YAML from outside, so that a small text cannot take much memory.</summary>
internal static class YamlLimits
{
    /// <summary>Most characters of a text; the server takes 3 MiB.</summary>
    public const int Characters = 8 * 1024 * 1024;

    /// <summary>Deepest nesting, as in our JSON.</summary>
    public const int Depth = 60;

    /// <summary>Most nodes of a text after its aliases are expanded ("billion laughs").</summary>
    public const int Nodes = 1_000_000;
}
