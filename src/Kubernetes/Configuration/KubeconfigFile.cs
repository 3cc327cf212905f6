using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Kubernetes.Configuration;

/// <summary>Reads one kubeconfig and makes its relative paths absolute (C2).</summary>
internal static class KubeconfigFile
{
    private static readonly JsonSerializerOptions s_options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
    };

    /// <summary>Reads a file, which must exist.</summary>
    public static Kubeconfig Read(string path)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeconfigException($"Cannot read the kubeconfig {path}: {e.Message}", e);
        }

        string directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        return Parse(text, path, directory);
    }

    /// <summary>Reads a text.</summary>
    public static Kubeconfig Parse(string text, string source, string directory)
    {
        try
        {
            IReadOnlyList<JsonObject> documents = KubernetesYaml.ReadAll(text, source);
            Kubeconfig file = documents.Count switch
            {
                0 => new Kubeconfig(),
                1 => documents[0].Deserialize<Kubeconfig>(s_options) ?? new Kubeconfig(),
                _ => throw new KubeconfigException($"{source} holds several YAML documents; keep one."),
            };
            return WithAbsolutePaths(file with { Source = source }, directory);
        }
        catch (Exception e) when (e is KubernetesYamlException or JsonException)
        {
            throw new KubeconfigException($"{source} is not a kubeconfig: {e.Message}", e);
        }
    }

    private static Kubeconfig WithAbsolutePaths(Kubeconfig file, string directory)
    {
        string? Absolute(string? path) => string.IsNullOrEmpty(path) ? null : Path.Combine(directory, path);

        // A bare command is searched in PATH; one with a separator is a path.
        string? Command(string? command) =>
            command?.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) == true
                ? Path.Combine(directory, command)
                : command;

        return file with
        {
            Clusters =
            [
                .. (file.Clusters ?? []).Select(c =>
                    c.Cluster is { } cluster
                        ? c with
                        {
                            Cluster = cluster with
                            {
                                CertificateAuthority = Absolute(cluster.CertificateAuthority),
                            },
                        }
                        : c
                ),
            ],
            Users =
            [
                .. (file.Users ?? []).Select(u =>
                    u.User is { } user
                        ? u with
                        {
                            User = user with
                            {
                                ClientCertificate = Absolute(user.ClientCertificate),
                                ClientKey = Absolute(user.ClientKey),
                                TokenFile = Absolute(user.TokenFile),
                                Exec = user.Exec is { } exec
                                    ? exec with
                                    {
                                        Command = Command(exec.Command),
                                    }
                                    : null,
                            },
                        }
                        : u
                ),
            ],
        };
    }
}
