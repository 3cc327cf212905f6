using System.Net;
using System.Net.Sockets;
using System.Text;
using LlmOperator.RouterBench;

namespace LlmOperator.SlowClientsBench;

/// <summary>Answers requests at one port with a short JSON text, at the other with a stream that has no end.</summary>
internal static class Upstream
{
    private const string Answer =
        """{"id":"c","object":"chat.completion","created":1,"model":"gpt-bench","choices":[{"index":0,"message":{"role":"assistant","content":"A word."},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":3,"total_tokens":12}}""";

    private static readonly byte[] s_answer = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Answer.Length}\r\n\r\n{Answer}"
    );

    private static readonly byte[] s_head = Encoding.ASCII.GetBytes(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    );

    private static readonly byte[] s_event = Chunk(
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + new string('x', 1000) + "\"}}]}\n\n"
    );

    public static Task RunAsync(int jsonPort, int streamPort, CancellationToken stop) =>
        Task.WhenAll(AcceptAsync(jsonPort, AnswerAsync, stop), AcceptAsync(streamPort, StreamAsync, stop));

    private static async Task AcceptAsync(
        int port,
        Func<HttpConnection, CancellationToken, Task> serve,
        CancellationToken stop
    )
    {
        using TcpListener listener = new(IPAddress.Loopback, port);
        // What stands in buffers is the router's then, not this one's.
        listener.Server.SendBufferSize = 16 << 10;
        listener.Start(4096);
        List<Task> connections = [];
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await listener.AcceptSocketAsync(stop), serve, stop));
                connections.RemoveAll(c => c.IsCompleted);
            }
        }
        catch (OperationCanceledException) { }

        await Task.WhenAll(connections);
    }

    private static async Task ServeAsync(
        Socket socket,
        Func<HttpConnection, CancellationToken, Task> serve,
        CancellationToken stop
    )
    {
        using HttpConnection connection = new(socket, bufferBytes: 16 << 10);
        try
        {
            while (await connection.ReadMessageAsync(stop))
            {
                await serve(connection, stop);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            // The router has gone.
        }
    }

    private static Task AnswerAsync(HttpConnection connection, CancellationToken stop) =>
        connection.SendAsync(s_answer, stop);

    // As fast as it is taken: what slow readers do not read stands in buffers somewhere.
    private static async Task StreamAsync(HttpConnection connection, CancellationToken stop)
    {
        await connection.SendAsync(s_head, stop);
        while (true)
        {
            await connection.SendAsync(s_event, stop);
        }
    }

    private static byte[] Chunk(string text) => Encoding.ASCII.GetBytes($"{text.Length:x}\r\n{text}\r\n");
}
