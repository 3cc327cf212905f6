using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Knows who can be asked for a file. Thread-safe.</summary>
internal interface IUnitSourceFinder
{
    /// <summary>Looks for as long as the pull of the file lasts. The caller disposes the result.</summary>
    /// <param name="request">What is pulled.</param>
    /// <param name="file">The file of it.</param>
    /// <param name="origins">Where it is published, and mirrors, in order.</param>
    IUnitSourceSet Begin(PullRequest request, ResolvedFile file, IReadOnlyList<IUnitSource> origins);
}
