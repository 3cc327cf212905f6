namespace LlmOperator.Router.Forwarding;

/// <summary>Reads one server-sent event.</summary>
internal static class SseFrame
{
    /// <summary>The JSON text after <c>data:</c>; empty when the event has no data (a comment).</summary>
    public static ReadOnlySpan<byte> Data(ReadOnlySpan<byte> frame)
    {
        // One event, for example: data: {"choices":[{"delta":{"content":"Hello"}}]}\n\n
        while (!frame.IsEmpty)
        {
            int end = frame.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? frame : frame[..end];
            if (line.StartsWith("data:"u8))
            {
                return line["data:"u8.Length..].Trim(" \r"u8);
            }

            frame = end < 0 ? [] : frame[(end + 1)..];
        }

        return [];
    }

    /// <inheritdoc cref="Data(ReadOnlySpan{byte})"/>
    public static ReadOnlyMemory<byte> Data(ReadOnlyMemory<byte> frame)
    {
        ReadOnlySpan<byte> data = Data(frame.Span);
        return data.IsEmpty || !frame.Span.Overlaps(data, out int offset)
            ? default
            : frame.Slice(offset, data.Length);
    }

    /// <summary>Where the first whole event ends; 0 when there is none.</summary>
    public static int EndOf(ReadOnlySpan<byte> frames)
    {
        int lf = frames.IndexOf("\n\n"u8);
        // Only one that begins earlier ends an event before that.
        int crlf = (lf < 0 ? frames : frames[..(lf + 1)]).IndexOf("\r\n\r\n"u8);
        return crlf >= 0 ? crlf + 4
            : lf >= 0 ? lf + 2
            : 0;
    }

    /// <summary>True for the event that ends a whole stream.</summary>
    public static bool IsDone(ReadOnlySpan<byte> data) => data.SequenceEqual("[DONE]"u8);
}
