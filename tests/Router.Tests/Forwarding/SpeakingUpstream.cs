using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOperator.Router.Tests.Forwarding;

/// <summary>
/// A replica that says a text in pieces, goes on where its request has begun the answer, as llama-server does, and may
/// die on the way.
/// </summary>
internal static class SpeakingUpstream
{
    public static readonly string[] Pieces =
    [
        "A",
        " quick",
        " bro",
        "wn \"fox\"",
        " jumps",
        ",",
        " ü",
        "ber",
        "\n",
        "all",
        " dogs",
        ".",
    ];

    public static string Text => string.Concat(Pieces);

    /// <summary>A replica.</summary>
    /// <param name="id">Id of its answers.</param>
    /// <param name="dieAfter">Pieces after which it closes the connection without an end; null for never.</param>
    /// <param name="ending">How it dies.</param>
    /// <param name="instead">What it says in place of the text where it was given a beginning.</param>
    public static ScriptedUpstream Start(
        string id,
        int? dieAfter = null,
        Ending ending = Ending.Reset,
        string? instead = null
    )
    {
        ScriptedUpstream? self = null;
        self = new ScriptedUpstream(
            async (stream, socket, ct) =>
            {
                await SendAsync(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
                    ct
                );
                int said = 0;
                string given = GivenTo(self!.Requests.Last());
                string[] left = instead is not null && given.Length > 0 ? [instead] : After(given);
                await SendAsync(stream, Chunk(Delta(id, """{"role":"assistant","content":null}""")), ct);
                foreach (string piece in left)
                {
                    if (said++ == dieAfter)
                    {
                        if (ending == Ending.Reset)
                        {
                            socket.LingerState = new LingerOption(enable: true, seconds: 0);
                        }

                        socket.Close();
                        return;
                    }

                    string delta = new JsonObject { ["content"] = piece }.ToJsonString();
                    await SendAsync(stream, Chunk(Delta(id, delta)), ct);
                }

                await SendAsync(stream, Chunk(Delta(id, "{}", "stop")), ct);
                await SendAsync(
                    stream,
                    Chunk(
                        Script.Event(
                            $$$"""{"id":"{{{id}}}","choices":[],"usage":{"prompt_tokens":{{{10 + PiecesIn(given)}}},"completion_tokens":{{{left.Length}}}}}"""
                        )
                    ),
                    ct
                );
                await SendAsync(stream, Chunk(Script.Event("[DONE]")), ct);
                await SendAsync(stream, "0\r\n\r\n", ct);
            }
        );
        return self;
    }

    private static string GivenTo(string request)
    {
        JsonNode body = JsonNode.Parse(
            request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]
        )!;
        JsonNode last = body["messages"]!.AsArray()[^1]!;
        return (string)last["role"]! == "assistant" ? (string)last["content"]! : "";
    }

    private static int PiecesIn(string given) => Pieces.Length - After(given).Length;

    private static string[] After(string given)
    {
        int skip = 0;
        while (given.Length > 0)
        {
            Assert.StartsWith(Pieces[skip], given, StringComparison.Ordinal);
            given = given[Pieces[skip++].Length..];
        }

        return Pieces[skip..];
    }

    private static string Delta(string id, string delta, string? finish = null) =>
        Script.Event(
            $$"""{"id":"{{id}}","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{JsonSerializer.Serialize(finish)}}}]}"""
        );

    private static string Chunk(string text) => $"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n";

    private static async Task SendAsync(NetworkStream stream, string text, CancellationToken ct) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
}
