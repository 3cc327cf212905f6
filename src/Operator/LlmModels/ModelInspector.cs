using LlmOperator.Api.V1Alpha1;
using LlmOperator.Artifacts;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Models.Sources;
using ModelSource = LlmOperator.Models.Sources.ModelSource;

namespace LlmOperator.Operator.LlmModels;

/// <summary>Resolves a variant's source and reads the header of its weights, without a download.</summary>
[Rbac<Secret>("get", Scope = RbacScope.NamedObjects)]
internal sealed class ModelInspector(
    ISourceResolver resolver,
    IRangeClient ranges,
    SourceSecrets secrets,
    TimeProvider time
)
{
    /// <summary>Inspects one variant: at its source, or where that fails at its mirrors in their order.</summary>
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
        IReadOnlyList<ArtifactOrigin> origins = known is null
            ? ArtifactOrigins.ToResolve(variant.Source)
            : ArtifactOrigins.Of(known with { Source = variant.Source });
        ModelSourceException? first = null;
        foreach (ArtifactOrigin origin in origins)
        {
            try
            {
                ResolvedModel resolved = await ResolveAsync(model, origin, cancellationToken);
                RequireSame(origin, known, resolved);
                ModelArtifact artifact = ArtifactOf(variant, origins[0].Source, resolved, known);
                return await ReadAsync(artifact, resolved, cancellationToken);
            }
            catch (ModelSourceException e)
            {
                // The source's own failure says the most; the next place may still have the files.
                first ??= e;
            }
        }

        throw first!;
    }

    /// <summary>What the name of a variant means now, whatever it meant before.</summary>
    /// <exception cref="ModelSourceException">The source cannot be resolved.</exception>
    public async Task<(ModelArtifact Artifact, ResolvedModel Resolved)> ResolveAsync(
        LlmModel model,
        SourceVariant variant,
        CancellationToken cancellationToken
    )
    {
        ModelSource source = SourceMapping.ToResolvable(variant.Source, null);
        ResolvedModel resolved = await ResolveAsync(
            model,
            new ArtifactOrigin(variant.Source, source, IsMirror: false),
            cancellationToken
        );
        return (ArtifactOf(variant, source, resolved, null), resolved);
    }

    /// <summary>
    /// Reads the headers of what a name was found to mean, at its source or where that fails at its mirrors: there by
    /// digest and not by name, as a mirror may lag.
    /// </summary>
    /// <exception cref="ModelSourceException">Neither can be read.</exception>
    /// <exception cref="InvalidModelException">The file is no sound model.</exception>
    public async Task<InspectedVariant> ReadAnywhereAsync(
        LlmModel model,
        ModelArtifact artifact,
        ResolvedModel resolved,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await ReadAsync(artifact, resolved, cancellationToken);
        }
        catch (ModelSourceException)
        {
            foreach (
                ArtifactOrigin origin in ArtifactOrigins
                    .Of(artifact)
                    .Where(o => o is { IsMirror: true, Source: PinnedSource })
            )
            {
                try
                {
                    ResolvedModel copy = await ResolveAsync(model, origin, cancellationToken);
                    return await ReadAsync(artifact, copy, cancellationToken);
                }
                catch (ModelSourceException)
                {
                    // The next place may still have the files; the source's own failure is what is told.
                }
            }

            throw;
        }
    }

    /// <summary>Reads the headers of a resolved model.</summary>
    /// <exception cref="ModelSourceException">The source cannot be read.</exception>
    /// <exception cref="InvalidModelException">The file is no sound model.</exception>
    public async Task<InspectedVariant> ReadAsync(
        ModelArtifact artifact,
        ResolvedModel resolved,
        CancellationToken cancellationToken
    )
    {
        (IReadOnlyList<GgufFile> headers, _) = await ModelHeaders.FetchAsync(
            ranges,
            resolved,
            cancellationToken
        );
        ModelFacts facts = ModelFacts.From(headers[0]);
        (IReadOnlyList<GgufFile> projectors, _) = await ModelHeaders.FetchAsync(
            ranges,
            resolved,
            ResolvedFileRole.Projector,
            cancellationToken
        );
        (IReadOnlyList<GgufFile> adapters, _) = await ModelHeaders.FetchAsync(
            ranges,
            resolved,
            ResolvedFileRole.Adapter,
            cancellationToken
        );
        return facts.FileKind == "model"
            ? new InspectedVariant
            {
                Artifact = artifact with { ChatTemplateSha256 = TemplateOf(artifact, resolved, facts) },
                Facts = facts,
                // The engine takes one projector, as the agent does of several: the first.
                Files = new ModelFiles
                {
                    Parts = headers,
                    Projector = projectors is [{ } first, ..] ? first : null,
                    Adapters = adapters,
                },
            }
            : throw new InvalidModelException(
                $"{resolved.DisplayName} is of type \"{facts.FileKind}\" and cannot run by itself; name a model."
            );
    }

    private async Task<ResolvedModel> ResolveAsync(
        LlmModel model,
        ArtifactOrigin origin,
        CancellationToken cancellationToken
    ) =>
        await resolver.ResolveAsync(
            origin.Source,
            await secrets.ReadAsync(model.Metadata.Namespace, origin.Declared, cancellationToken),
            cancellationToken
        );

    // The name of a mirror may mean something else than that of the source did.
    private static void RequireSame(ArtifactOrigin origin, ModelArtifact? known, ResolvedModel resolved)
    {
        if (origin.IsMirror && known?.Digest is { } digest && digest != resolved.Digest?.ToString())
        {
            throw new ModelSourceException(
                ModelSourceFailure.Invalid,
                $"The mirror {resolved.DisplayName} is not known to have the weights {digest}, and is not used; correct it or leave it out."
            );
        }
    }

    // The template of other bytes than those that are recorded says nothing of these.
    private static string? TemplateOf(ModelArtifact artifact, ResolvedModel resolved, ModelFacts facts) =>
        artifact.ChatTemplateSha256
        ?? (artifact.Digest == resolved.Digest?.ToString() ? facts.ChatTemplateSha256 : null);

    // What was recorded once holds for all nodes, also when a tag has moved meanwhile. An object of an earlier version
    // lists no files: they are added while the name still means the same.
    private ModelArtifact ArtifactOf(
        SourceVariant variant,
        ModelSource source,
        ResolvedModel resolved,
        ModelArtifact? known
    ) =>
        known?.Digest is { } digest
            ? known with
            {
                Source = variant.Source,
                Files =
                    known.Files
                    ?? (digest == resolved.Digest?.ToString() ? ArtifactFiles.Of(source, resolved) : null),
            }
            : new ModelArtifact
            {
                Variant = variant.Name,
                Source = variant.Source,
                Digest = resolved.Digest?.ToString(),
                ChatTemplateSha256 = known?.ChatTemplateSha256,
                SizeBytes = resolved.SizeBytes,
                Revision = resolved.Revision.Length == 0 ? null : resolved.Revision,
                ResolvedAt = time.GetUtcNow(),
                Files = ArtifactFiles.Of(source, resolved),
            };
}
