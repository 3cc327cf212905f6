using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace LlmOperator.Kubernetes.Configuration;

/// <summary>A credential plugin: a program that prints an <c>ExecCredential</c> (C5).</summary>
public sealed record ExecConfiguration
{
    /// <summary><c>client.authentication.k8s.io/v1</c> or <c>…/v1beta1</c>; the plugin must answer in the same.</summary>
    [JsonPropertyName("apiVersion")]
    public string? ApiVersion { get; init; }

    /// <summary>Program; with a path separator it is relative to the kubeconfig, else searched in PATH.</summary>
    [JsonPropertyName("command")]
    public string? Command { get; init; }

    /// <summary>Arguments.</summary>
    [JsonPropertyName("args")]
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>Additional environment variables.</summary>
    [JsonPropertyName("env")]
    public IReadOnlyList<ExecVariable>? Env { get; init; }

    /// <summary>Where to get the program, shown when it is missing.</summary>
    [JsonPropertyName("installHint")]
    public string? InstallHint { get; init; }

    /// <summary><c>Never</c>, <c>IfAvailable</c> (default) or <c>Always</c>: whether the plugin gets the terminal.</summary>
    [JsonPropertyName("interactiveMode")]
    public string? InteractiveMode { get; init; }

    /// <summary>Tells the plugin the server and its certificates.</summary>
    [JsonPropertyName("provideClusterInfo")]
    public bool ProvideClusterInfo { get; init; }

    /// <summary>What the cluster's entry says under <c>client.authentication.k8s.io/exec</c>, for the plugin.</summary>
    [JsonIgnore]
    public JsonNode? ClusterConfig { get; init; }

    /// <summary>Hides the environment.</summary>
    public override string ToString() => $"exec {Command}";
}
