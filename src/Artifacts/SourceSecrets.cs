using System.Text;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Models.Sources;
using ModelSource = LlmOperator.Api.V1Alpha1.ModelSource;

namespace LlmOperator.Artifacts;

/// <summary>Reads the credentials of sources from the Secrets that they name.</summary>
/// <param name="client">API server; null when there is none, as for a plan without a cluster.</param>
public sealed class SourceSecrets(IKubernetesClient? client)
{
    /// <summary>The credential of a source; null when it names none.</summary>
    /// <param name="ns">Namespace of the object that names the source.</param>
    /// <param name="source">Source.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="ModelSourceException">The Secret is not there or lacks the key; says which.</exception>
    public async Task<SourceCredentials?> ReadAsync(
        string? ns,
        ModelSource source,
        CancellationToken cancellationToken
    )
    {
        if (source.HuggingFace?.TokenSecretRef is not { } reference)
        {
            return null;
        }

        if (client is null)
        {
            throw new ModelSourceException(
                ModelSourceFailure.Unauthorized,
                $"Secret \"{reference.Name}\" can only be read from a cluster; name one with --kubeconfig."
            );
        }

        Secret? secret = await client.FindAsync<Secret>(new ObjectKey(ns, reference.Name), cancellationToken);
        return secret?.Data?.GetValueOrDefault(reference.Key) is { Length: > 0 } token
            ? new SourceCredentials(Encoding.UTF8.GetString(token).Trim())
            : throw new ModelSourceException(
                ModelSourceFailure.Unauthorized,
                $"Secret \"{reference.Name}\" with the key \"{reference.Key}\" does not exist in namespace \"{ns}\"; create it."
            );
    }
}
