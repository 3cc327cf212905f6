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

    /// <summary>True for the event that ends a whole stream.</summary>
    public static bool IsDone(ReadOnlySpan<byte> data) => data.SequenceEqual("[DONE]"u8);
}
