using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Asks where the file is published and nobody else.</summary>
internal sealed class OriginsOnly : IUnitSourceFinder
{
    public IUnitSourceSet Begin(PullRequest request, ResolvedFile file, IReadOnlyList<IUnitSource> origins) =>
        new Set(origins);

    private sealed class Set(IReadOnlyList<IUnitSource> origins) : IUnitSourceSet
    {
        public IReadOnlyList<IUnitSource> Current => origins;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
