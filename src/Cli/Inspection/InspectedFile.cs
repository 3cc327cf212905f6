using LlmOperator.Models.Gguf;

namespace LlmOperator.Cli.Inspection;

/// <summary>What <c>llmop inspect</c> found.</summary>
internal sealed record InspectedFile
{
    /// <summary>How people write the source.</summary>
    public required string Source { get; init; }

    /// <summary>The parts' headers in order; one for most models.</summary>
    public required IReadOnlyList<GgufFile> Parts { get; init; }

    /// <summary>Digest of the first part, where the source states it.</summary>
    public string? Digest { get; init; }

    /// <summary>What the name meant just now: a commit or a manifest's digest.</summary>
    public string? Revision { get; init; }

    /// <summary>Bytes that were read of the parts.</summary>
    public required long ReadBytes { get; init; }

    /// <summary>Facts of the first part's header.</summary>
    public ModelFacts Facts => ModelFacts.From(Parts[0]);

    /// <summary>Tensors of all parts.</summary>
    public IEnumerable<GgufTensor> Tensors => Parts.SelectMany(part => part.Tensors);

    /// <summary>Bytes of all parts.</summary>
    public long FileBytes => Parts.Sum(part => part.FileBytes);
}
