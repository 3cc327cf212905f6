using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Dialects;

/// <summary>
/// Writes one answer in the caller's dialect. All it gets is in OpenAI's shape. Errors before the beginning go by
/// <see cref="CallerDialects.WriteErrorAsync"/>.
/// </summary>
internal interface IAnswerWriter
{
    /// <summary>An answer that is not streamed.</summary>
    Task WriteWholeAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken);

    /// <summary>A target's refusal of the request itself.</summary>
    Task WriteRejectionAsync(int status, ReadOnlyMemory<byte> json, CancellationToken cancellationToken);

    /// <summary>One or more whole events of a stream; the first call begins it. The last event is <c>[DONE]</c>.</summary>
    /// <param name="frames">Events, each with its closing blank line.</param>
    /// <param name="flush">False when more follows at once.</param>
    /// <param name="cancellationToken">Cancelled when the client leaves.</param>
    ValueTask WriteFramesAsync(ReadOnlyMemory<byte> frames, bool flush, CancellationToken cancellationToken);

    /// <summary>Shows that a stream lives while nothing comes; it begins the stream as well.</summary>
    /// <param name="note">What is waited for, for people; one line.</param>
    /// <param name="cancellationToken">Cancelled when the client leaves.</param>
    ValueTask WriteHeartbeatAsync(string note, CancellationToken cancellationToken);

    /// <summary>Ends a stream that has begun with an error, so that nobody takes it for whole.</summary>
    ValueTask WriteBreakAsync(OpenAiError error, CancellationToken cancellationToken);
}
