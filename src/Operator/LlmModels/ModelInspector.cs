using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;

namespace LlmOperator.Operator.LlmModels;

/// <summary>Resolves a variant's source and reads the header of its weights, without a download.</summary>
[Rbac<Secret>("get", Scope = RbacScope.NamedObjects)]
internal sealed class ModelInspector(ISourceResolver resolver, IRangeClient ranges, IKubernetesClient? client)
{
    /// <summary>Inspects one variant.</summary>
    /// <param name="model">Model: its Secrets, and what the same source resolved to before, which stays.</param>
    /// <param name="variant">Variant.</param>
    /// <param name="cancellationToken">Cancels the inspection.</param>
    /// <exception cref="ModelSourceException">The source cannot be resolved or read.</exception>
    /// <exception cref="InvalidModelException">The file is no sound model.</exception>
    public async Task<InspectedVariant> InspectAsync(
        LlmModel model,
        SourceVariant variant,
        CancellationToken cancellationToken
    )
    {
        ModelArtifact? known = KnownArtifacts.Find(model, variant);
        string? revision = variant.Source.HuggingFace is null ? null : known?.Revision;
        ResolvedModel resolved = await resolver.ResolveAsync(
            SourceMapping.ToResolvable(variant.Source, revision),
            await CredentialsAsync(model.Metadata.Namespace, variant.Source, cancellationToken),
            cancellationToken
        );
        (IReadOnlyList<GgufFile> headers, _) = await ModelHeaders.FetchAsync(
            ranges,
            resolved,
            cancellationToken
        );
        ModelFacts facts = ModelFacts.From(headers[0]);
        return facts.FileKind == "model"
            ? new InspectedVariant
            {
                Artifact = ArtifactOf(variant, resolved, known),
                Facts = facts,
                Headers = headers,
            }
            : throw new InvalidModelException(
                $"{resolved.DisplayName} is of type \"{facts.FileKind}\" and cannot run by itself; name a model."
            );
    }

    // What was recorded once holds for all nodes, also when a tag has moved meanwhile.
    private static ModelArtifact ArtifactOf(
        SourceVariant variant,
        ResolvedModel resolved,
        ModelArtifact? known
    ) =>
        known?.Digest is not null
            ? known
            : new ModelArtifact
            {
                Variant = variant.Name,
                Source = variant.Source,
                Digest = resolved.Digest?.ToString(),
                SizeBytes = resolved.SizeBytes,
                Revision = resolved.Revision.Length == 0 ? null : resolved.Revision,
            };

    private async Task<SourceCredentials?> CredentialsAsync(
        string? ns,
        Api.V1Alpha1.ModelSource source,
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
            ? new SourceCredentials(System.Text.Encoding.UTF8.GetString(token).Trim())
            : throw new ModelSourceException(
                ModelSourceFailure.Unauthorized,
                $"Secret \"{reference.Name}\" with the key \"{reference.Key}\" does not exist in namespace \"{ns}\"; create it."
            );
    }
}
