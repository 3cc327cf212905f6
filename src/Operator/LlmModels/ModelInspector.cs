using LlmOperator.Api.V1Alpha1;
using LlmOperator.Artifacts;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using ModelSource = LlmOperator.Models.Sources.ModelSource;

namespace LlmOperator.Operator.LlmModels;

/// <summary>Resolves a variant's source and reads the header of its weights, without a download.</summary>
[Rbac<Secret>("get", Scope = RbacScope.NamedObjects)]
internal sealed class ModelInspector(ISourceResolver resolver, IRangeClient ranges, SourceSecrets secrets)
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
        ModelSource source = known is null
            ? SourceMapping.ToResolvable(variant.Source, null)
            : ArtifactFiles.SourceOf(known);
        ResolvedModel resolved = await resolver.ResolveAsync(
            source,
            await secrets.ReadAsync(model.Metadata.Namespace, variant.Source, cancellationToken),
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
                Artifact = ArtifactOf(variant, source, resolved, known),
                Facts = facts,
                Headers = headers,
            }
            : throw new InvalidModelException(
                $"{resolved.DisplayName} is of type \"{facts.FileKind}\" and cannot run by itself; name a model."
            );
    }

    // What was recorded once holds for all nodes, also when a tag has moved meanwhile. An object of an earlier version
    // lists no files: they are added while the name still means the same.
    private static ModelArtifact ArtifactOf(
        SourceVariant variant,
        ModelSource source,
        ResolvedModel resolved,
        ModelArtifact? known
    ) =>
        known?.Digest is { } digest
            ? known with
            {
                Files =
                    known.Files
                    ?? (digest == resolved.Digest?.ToString() ? ArtifactFiles.Of(source, resolved) : null),
            }
            : new ModelArtifact
            {
                Variant = variant.Name,
                Source = variant.Source,
                Digest = resolved.Digest?.ToString(),
                SizeBytes = resolved.SizeBytes,
                Revision = resolved.Revision.Length == 0 ? null : resolved.Revision,
                Files = ArtifactFiles.Of(source, resolved),
            };
}
