using System.Net.Sockets;
using System.Text;

namespace LlmOperator.Router.Tests.Forwarding;

/// <summary>Scripts for <see cref="ScriptedUpstream"/>.</summary>
internal static class Script
{
    public const string WholeText =
        """{"id":"x","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"one two three"},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":3}}""";

    /// <summary>The events of a whole stream.</summary>
    public static IReadOnlyList<string> Frames { get; } =
    [
        Event("""{"choices":[{"delta":{"role":"assistant","content":null}}]}"""),
        Event("""{"choices":[{"delta":{"content":"one "}}]}"""),
        Event("""{"choices":[{"delta":{"content":"two "}}]}"""),
        Event("""{"choices":[{"delta":{"content":"three"}}]}"""),
        Event("""{"choices":[{"delta":{},"finish_reason":"stop"}]}"""),
        Event("[DONE]"),
    ];

    public static ScriptedUpstream Whole(string text = WholeText) =>
        new((stream, _, ct) => JsonAsync(stream, 200, text, ct));

    /// <summary>A whole stream whose events carry these pieces of content.</summary>
    public static ScriptedUpstream StreamOf(params string[] pieces) =>
        new(
            async (stream, socket, ct) =>
            {
                await WriteAsync(stream, StreamHead, ct);
                foreach (string piece in pieces)
                {
                    await WriteAsync(
                        stream,
                        Chunk(Event($$$"""{"choices":[{"index":0,"delta":{"content":"{{{piece}}}"}}]}""")),
                        ct
                    );
                }

                await WriteAsync(stream, Chunk(Frames[^2]), ct);
                await WriteAsync(stream, Chunk(Frames[^1]), ct);
                await EndAsync(stream, socket, Ending.Clean, ct);
            }
        );

    public static ScriptedUpstream Streamed(
        int frames = int.MaxValue,
        Ending ending = Ending.Clean,
        IReadOnlyList<string>? of = null
    ) =>
        new(
            async (stream, socket, ct) =>
            {
                await WriteAsync(stream, StreamHead, ct);
                foreach (string frame in (of ?? Frames).Take(frames))
                {
                    await WriteAsync(stream, Chunk(frame), ct);
                }

                await EndAsync(stream, socket, ending, ct);
            }
        );

    public static ScriptedUpstream StreamCutInsideAFrame(int frames) =>
        new(
            async (stream, socket, ct) =>
            {
                await WriteAsync(stream, StreamHead, ct);
                foreach (string frame in Frames.Take(frames))
                {
                    await WriteAsync(stream, Chunk(frame), ct);
                }

                await WriteAsync(stream, Chunk(Frames[frames][..10]), ct);
                await EndAsync(stream, socket, Ending.CleanChunks, ct);
            }
        );

    public static ScriptedUpstream Status(
        int status,
        string body = """{"error":{"message":"no","type":"x","code":"y"}}""",
        string headers = ""
    ) => new((stream, _, ct) => JsonAsync(stream, status, body, ct, headers));

    /// <summary>Announces a whole body and sends half of it.</summary>
    public static ScriptedUpstream HalfBody(Ending ending) =>
        new(
            async (stream, socket, ct) =>
            {
                await WriteAsync(stream, Head(200, WholeText.Length, ""), ct);
                await WriteAsync(stream, WholeText[..(WholeText.Length / 2)], ct);
                await EndAsync(stream, socket, ending, ct);
            }
        );

    /// <summary>Accepts, reads, and never answers.</summary>
    public static ScriptedUpstream Hang() =>
        new(
            async (stream, _, ct) =>
            {
                byte[] one = new byte[1];
                if (await stream.ReadAsync(one, ct) == 0)
                {
                    throw new IOException("The client left.");
                }
            }
        );

    /// <summary>Sends a whole answer, each byte by itself.</summary>
    public static ScriptedUpstream ByteByByte(bool isStream) =>
        new(
            async (stream, socket, ct) =>
            {
                socket.NoDelay = true;
                string body = isStream ? string.Concat(Frames) : WholeText;
                await WriteAsync(stream, Head(200, body.Length, ""), ct);
                foreach (byte one in Encoding.UTF8.GetBytes(body))
                {
                    await stream.WriteAsync(new[] { one }, ct);
                }
            }
        );

    /// <summary>Begins an answer and goes on byte by byte, without ever coming to an end.</summary>
    public static ScriptedUpstream Drip(bool isStream) =>
        new(
            async (stream, _, ct) =>
            {
                await WriteAsync(stream, Head(200, 1 << 20, ""), ct);
                await WriteAsync(stream, isStream ? "data: {" : "{", ct);
                while (true)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), ct);
                    await WriteAsync(stream, " ", ct);
                }
            }
        );

    /// <summary>Sends the beginning of a stream and then waits for the client to leave.</summary>
    public static ScriptedUpstream StreamThenHang(int frames) =>
        new(
            async (stream, _, ct) =>
            {
                await WriteAsync(stream, StreamHead, ct);
                foreach (string frame in Frames.Take(frames))
                {
                    await WriteAsync(stream, Chunk(frame), ct);
                }

                byte[] one = new byte[1];
                if (await stream.ReadAsync(one, ct) == 0)
                {
                    throw new IOException("The client left.");
                }
            }
        );

    public static string Event(string data) => $"data: {data}\n\n";

    private const string StreamHead =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";

    private static string Chunk(string text) => $"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n";

    private static string Head(int status, int length, string headers) =>
        $"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{headers}Connection: close\r\n\r\n";

    private static Task JsonAsync(
        NetworkStream stream,
        int status,
        string body,
        CancellationToken ct,
        string headers = ""
    ) => WriteAsync(stream, Head(status, Encoding.UTF8.GetByteCount(body), headers) + body, ct);

    private static async Task WriteAsync(NetworkStream stream, string text, CancellationToken ct) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), ct);

    private static async Task EndAsync(
        NetworkStream stream,
        Socket socket,
        Ending ending,
        CancellationToken ct
    )
    {
        if (ending is Ending.Clean or Ending.CleanChunks)
        {
            await WriteAsync(stream, "0\r\n\r\n", ct);
        }
        else if (ending == Ending.Reset)
        {
            // Closing with a linger of zero sends RST.
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
        }
    }
}
