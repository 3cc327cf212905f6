using System.Net.Sockets;
using System.Text;

namespace LlmOperator.NodeAgent.Tests.Serving;

/// <summary>Requests that no client library would send, and answers as the bytes they are.</summary>
internal static class RawHttp
{
    /// <summary>Sends a request line and reads the first line of the answer.</summary>
    public static async Task<string> StatusLineAsync(Uri server, string requestLine, CancellationToken token)
    {
        string answer = await ExchangeAsync(
            server,
            $"{requestLine}\r\nHost: {server.Authority}\r\nConnection: close\r\n\r\n",
            token
        );
        return answer.Split("\r\n")[0];
    }

    /// <summary>Sends the text and reads until the server closes.</summary>
    public static async Task<string> ExchangeAsync(Uri server, string request, CancellationToken token)
    {
        using TcpClient client = new();
        await client.ConnectAsync(server.Host, server.Port, token);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), token);
        using StreamReader reader = new(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(token);
    }
}
