using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;

namespace LlmOperator.Router.Classification.Redaction;

/// <summary>Gives the answer its values back before the caller's dialect writes it.</summary>
internal sealed class RestoringAnswerWriter(IAnswerWriter inner, Placeholders placeholders) : IAnswerWriter
{
    private readonly StreamRestorer _stream = new(placeholders);

    /// <inheritdoc/>
    public Task WriteWholeAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        inner.WriteWholeAsync(AnswerRestorer.Restore(json, placeholders), cancellationToken);

    /// <inheritdoc/>
    public Task WriteRejectionAsync(
        int status,
        ReadOnlyMemory<byte> json,
        CancellationToken cancellationToken
    ) => inner.WriteRejectionAsync(status, AnswerRestorer.Restore(json, placeholders), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask WriteFramesAsync(
        ReadOnlyMemory<byte> frames,
        bool flush,
        CancellationToken cancellationToken
    )
    {
        using MemoryStream restored = new(frames.Length + 256);
        while (!frames.IsEmpty)
        {
            int length = FrameLength(frames.Span);
            Append(restored, frames[..length]);
            frames = frames[length..];
        }

        await inner.WriteFramesAsync(
            restored.GetBuffer().AsMemory(0, (int)restored.Length),
            flush,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public ValueTask WriteHeartbeatAsync(string note, CancellationToken cancellationToken) =>
        inner.WriteHeartbeatAsync(note, cancellationToken);

    /// <inheritdoc/>
    public ValueTask WriteBreakAsync(OpenAiError error, CancellationToken cancellationToken) =>
        inner.WriteBreakAsync(error, cancellationToken);

    private void Append(MemoryStream restored, ReadOnlyMemory<byte> frame)
    {
        ReadOnlySpan<byte> data = SseFrame.Data(frame.Span);
        if (SseFrame.IsDone(data) && _stream.Flush() is { } rest)
        {
            AppendEvent(restored, rest.Span);
        }

        if (data.IsEmpty || data[0] != '{')
        {
            restored.Write(frame.Span);
            return;
        }

        ReadOnlyMemory<byte> json = data.ToArray();
        ReadOnlyMemory<byte> changed = _stream.Restore(json);
        if (changed.Equals(json))
        {
            restored.Write(frame.Span);
            return;
        }

        AppendEvent(restored, changed.Span);
    }

    private static void AppendEvent(MemoryStream restored, ReadOnlySpan<byte> json)
    {
        restored.Write("data: "u8);
        restored.Write(json);
        restored.Write("\n\n"u8);
    }

    // Frames come whole, each with its closing blank line.
    private static int FrameLength(ReadOnlySpan<byte> frames)
    {
        int line = frames.IndexOf("\n\n"u8);
        int carriage = frames.IndexOf("\r\n\r\n"u8);
        int length =
            line < 0 && carriage < 0 ? frames.Length
            : carriage < 0 || (line >= 0 && line < carriage) ? line + 2
            : carriage + 4;
        return length;
    }
}
