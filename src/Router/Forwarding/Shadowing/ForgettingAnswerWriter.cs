using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Forwarding.Shadowing;

/// <summary>Takes an answer that nobody gets.</summary>
internal sealed class ForgettingAnswerWriter : IAnswerWriter
{
    /// <summary>The only one: it keeps nothing.</summary>
    public static ForgettingAnswerWriter Instance { get; } = new();

    private ForgettingAnswerWriter() { }

    /// <inheritdoc/>
    public Task WriteWholeAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <inheritdoc/>
    public Task WriteRejectionAsync(
        int status,
        ReadOnlyMemory<byte> json,
        CancellationToken cancellationToken
    ) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask WriteFramesAsync(
        ReadOnlyMemory<byte> frames,
        bool flush,
        CancellationToken cancellationToken
    ) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask WriteHeartbeatAsync(string note, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask WriteBreakAsync(OpenAiError error, CancellationToken cancellationToken) =>
        ValueTask.CompletedTask;
}
