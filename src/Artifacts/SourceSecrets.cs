using System.Text;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Models.Sources;
using ModelSource = LlmOperator.Api.V1Alpha1.ModelSource;

namespace LlmOperator.Artifacts;

/// <summary>Reads the credentials of sources from the Secrets that they name.</summary>
/// <param name="client">API server; null when there is none, as for a plan without a cluster.</param>
/// <param name="settings">Where the registries of sources are.</param>
public sealed class SourceSecrets(IKubernetesClient? client, SourceSettings settings)
{
    /// <summary>Name of the Secret that a source names; null when it names none.</summary>
    public static string? NameOf(ModelSource source) =>
        source.HuggingFace?.TokenSecretRef?.Name
        ?? source.Oci?.PullSecretRef?.Name
        ?? source.Ollama?.PullSecretRef?.Name;

    /// <summary>The credential of a source; null when it names none.</summary>
    /// <param name="ns">Namespace of the object that names the source.</param>
    /// <param name="source">Source.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ModelSourceException">The Secret is not there or lacks what is needed; says which.</exception>
    public async Task<SourceCredentials?> ReadAsync(
        string? ns,
        ModelSource source,
        CancellationToken cancellationToken
    )
    {
        if (NameOf(source) is not { } name)
        {
            return null;
        }

        if (client is null)
        {
            throw Unauthorized(
                $"Secret \"{name}\" can only be read from a cluster; name one with --kubeconfig."
            );
        }

        Secret? secret = await client.FindAsync<Secret>(new ObjectKey(ns, name), cancellationToken);
        if (source.HuggingFace?.TokenSecretRef is { } token)
        {
            return Text(secret, token.Key) is { } value
                ? new SourceCredentials(value)
                : throw Unauthorized(
                    $"Secret \"{name}\" with the key \"{token.Key}\" does not exist in namespace \"{ns}\"; create it."
                );
        }

        return secret is null
            ? throw Unauthorized($"Secret \"{name}\" does not exist in namespace \"{ns}\"; create it.")
            : OfRegistry(secret, source);
    }

    private SourceCredentials OfRegistry(Secret secret, ModelSource source)
    {
        string host = RegistryAddresses.HostOf(settings, SourceMapping.ToResolvable(source, null)) ?? "";
        if (secret.Data?.GetValueOrDefault(DockerConfig.Key) is { } config)
        {
            return DockerConfig.Find(config, host)
                ?? throw Unauthorized(
                    $"Secret \"{secret.Metadata.Name}\" has no credential of {host} under {DockerConfig.Key}; add one for this host."
                );
        }

        if (Text(secret, "token") is { } token)
        {
            return new SourceCredentials(token);
        }

        return Text(secret, "username") is { } user && Text(secret, "password") is { } password
            ? new SourceCredentials(user, password)
            : throw Unauthorized(
                $"Secret \"{secret.Metadata.Name}\" must be of type kubernetes.io/dockerconfigjson, or have the keys username and password, or the key token."
            );
    }

    private static string? Text(Secret? secret, string key) =>
        secret?.Data?.GetValueOrDefault(key) is { Length: > 0 } bytes
            ? Encoding.UTF8.GetString(bytes).Trim()
            : null;

    private static ModelSourceException Unauthorized(string message) =>
        new(ModelSourceFailure.Unauthorized, message);
}
