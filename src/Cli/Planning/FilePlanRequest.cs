using LlmOperator.Models.Memory;

namespace LlmOperator.Cli.Planning;

/// <summary>What <c>llmop plan FILE|SOURCE</c> is asked: a model and how it would be loaded.</summary>
/// <param name="File">The model's file, or the first part of a split one, or a source as people write it.</param>
/// <param name="Load">How it would be loaded.</param>
/// <param name="Projector">The projector's file; null without.</param>
/// <param name="Adapters">Adapters' files.</param>
internal sealed record FilePlanRequest(
    string File,
    LoadParameters Load,
    string? Projector,
    IReadOnlyList<string> Adapters
);
