using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LlmOperator.RouterBench;

/// <summary>The request of a load and where it goes.</summary>
internal sealed class Client(int port, string key, string model, bool isStream)
{
    /// <summary>The request, whole.</summary>
    public byte[] Request { get; } = Write(key, model, isStream);

    public async Task<HttpConnection> ConnectAsync()
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new HttpConnection(socket);
    }

    private static byte[] Write(string key, string model, bool isStream)
    {
        string body =
            $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Say a word."}],"max_tokens":200{{(isStream ? ",\"stream\":true" : "")}}}""";
        // The last two headers are for Portkey; others ignore them.
        string upstream = Environment.GetEnvironmentVariable("BENCH_UPSTREAM") ?? "";
        return Encoding.ASCII.GetBytes(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + $"Authorization: Bearer {key}\r\nContent-Length: {body.Length}\r\n"
                + $"x-portkey-provider: openai\r\nx-portkey-custom-host: {upstream}\r\n\r\n{body}"
        );
    }
}
