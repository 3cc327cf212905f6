using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;

namespace LlmOperator.Cli.Planning;

/// <summary>Plans files of this machine.</summary>
internal static class FilePlanner
{
    /// <summary>The plan of a request.</summary>
    /// <exception cref="CliException">A file is not readable, not a model, or cannot be loaded like this.</exception>
    public static async Task<MemoryPlan> PlanAsync(
        FilePlanRequest request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            ModelFiles files = new()
            {
                Parts = await ModelHeaders.ReadFileAsync(request.File, cancellationToken),
                Projector = request.Projector is { } projector
                    ? await GgufReader.ReadFileAsync(projector, cancellationToken)
                    : null,
                Adapters = await ReadAsync(request.Adapters, cancellationToken),
            };
            return MemoryPlanner.Plan(files, request.Load);
        }
        catch (Exception e)
            when (e
                    is UnsupportedArchitectureException
                        or InvalidModelException
                        or InvalidLoadParametersException
            )
        {
            throw new CliException(e.Message);
        }
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
