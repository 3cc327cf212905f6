using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Another place that has the files of a pull.</summary>
/// <param name="Source">The place; its files are known by digest.</param>
/// <param name="Credentials">Reads the credential for it.</param>
internal sealed record PullMirror(
    PinnedSource Source,
    Func<CancellationToken, Task<SourceCredentials?>> Credentials
)
{
    /// <summary>For people, without credentials; default how the source is written.</summary>
    public string Name { get; init; } = Source.DisplayName;
}
