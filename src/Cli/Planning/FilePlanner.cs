using LlmOperator.Cli.Inspection;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Models.Sources;

namespace LlmOperator.Cli.Planning;

/// <summary>Plans a model that lies on this machine or at a source, of which only headers are read.</summary>
/// <param name="settings">Where sources are.</param>
/// <param name="credentials">Token for a private source; null without.</param>
/// <param name="time">Clock.</param>
internal sealed class FilePlanner(SourceSettings settings, SourceCredentials? credentials, TimeProvider time)
{
    /// <summary>The plan of a request.</summary>
    /// <exception cref="CliException">A file is not readable, not a model, or cannot be loaded like this.</exception>
    public async Task<MemoryPlan> PlanAsync(FilePlanRequest request, CancellationToken cancellationToken)
    {
        try
        {
            ModelFiles files = SourceText.Parse(request.File) is { } source
                ? await FetchAsync(source, cancellationToken)
                : new ModelFiles
                {
                    Parts = await ModelHeaders.ReadFileAsync(request.File, cancellationToken),
                };
            return MemoryPlanner.Plan(
                files with
                {
                    Projector = request.Projector is { } projector
                        ? await GgufReader.ReadFileAsync(projector, cancellationToken)
                        : files.Projector,
                    Adapters = [.. files.Adapters, .. await ReadAsync(request.Adapters, cancellationToken)],
                },
                request.Load
            );
        }
        catch (Exception e)
            when (e
                    is UnsupportedArchitectureException
                        or InvalidModelException
                        or InvalidLoadParametersException
                        or ModelSourceException
            )
        {
            throw new CliException(e.Message);
        }
    }

    private async Task<ModelFiles> FetchAsync(ModelSource source, CancellationToken cancellationToken)
    {
        using GuardedHttp http = new(settings, time);
        RangeClient ranges = new(http, settings, time);
        ResolvedModel model = await new SourceResolver(http, settings, time).ResolveAsync(
            source,
            credentials,
            cancellationToken
        );
        (IReadOnlyList<GgufFile> parts, _) = await ModelHeaders.FetchAsync(ranges, model, cancellationToken);
        (IReadOnlyList<GgufFile> projectors, _) = await ModelHeaders.FetchAsync(
            ranges,
            model,
            ResolvedFileRole.Projector,
            cancellationToken
        );
        (IReadOnlyList<GgufFile> adapters, _) = await ModelHeaders.FetchAsync(
            ranges,
            model,
            ResolvedFileRole.Adapter,
            cancellationToken
        );
        return new ModelFiles
        {
            Parts = parts,
            Projector = projectors.Count > 0 ? projectors[0] : null,
            Adapters = adapters,
        };
    }

    private static async Task<IReadOnlyList<GgufFile>> ReadAsync(
        IReadOnlyList<string> paths,
        CancellationToken cancellationToken
    )
    {
        List<GgufFile> files = [];
        foreach (string path in paths)
        {
            files.Add(await GgufReader.ReadFileAsync(path, cancellationToken));
        }

        return files;
    }
}
