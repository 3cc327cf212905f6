using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LlmOperator.RouterBench;

/// <summary>Answers every request at once with a stream of 100 events, each written by itself, and usage.</summary>
internal static class StreamUpstream
{
    public const int Chunks = 100;

    private static readonly byte[] s_head = Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    );

    private static readonly byte[] s_event = Chunk(
        """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-bench","choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}]}"""
    );

    private static readonly byte[] s_end =
    [
        .. Chunk(
            """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-bench","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""
        ),
        .. Chunk(
            """data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-bench","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":100,"total_tokens":109}}"""
        ),
        .. Chunk("data: [DONE]"),
        .. "0\r\n\r\n"u8,
    ];

    public static async Task RunAsync(int port, CancellationToken stop)
    {
        using TcpListener listener = new(IPAddress.Loopback, port);
        listener.Start();
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await listener.AcceptSocketAsync(stop), stop));
                connections.RemoveAll(c => c.IsCompleted);
            }
        }
        catch (OperationCanceledException) { }

        await Task.WhenAll(connections);
    }

    private static async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        using HttpConnection connection = new(socket);
        try
        {
            while (await connection.ReadMessageAsync(stop))
            {
                await connection.SendAsync(s_head, stop);
                for (int i = 0; i < Chunks; i++)
                {
                    await connection.SendAsync(s_event, stop);
                }

                await connection.SendAsync(s_end, stop);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            // The gateway has gone.
        }
    }

    private static byte[] Chunk(string line)
    {
        byte[] text = Encoding.UTF8.GetBytes(line + "\n\n");
        return [.. Encoding.ASCII.GetBytes($"{text.Length:x}\r\n"), .. text, .. "\r\n"u8];
    }
}
