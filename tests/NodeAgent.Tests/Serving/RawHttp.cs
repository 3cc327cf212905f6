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

    /// <summary>Sends the text and reads until the server closes or resets the connection.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="request">The bytes to send, as text.</param>
    /// <param name="token">Ends the wait.</param>
    /// <param name="received">Told all that came so far, each time more comes.</param>
    public static async Task<string> ExchangeAsync(
        Uri server,
        string request,
        CancellationToken token,
        Action<string>? received = null
    )
    {
        using TcpClient client = new();
        await client.ConnectAsync(server.Host, server.Port, token);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), token);
        byte[] buffer = new byte[1024];
        StringBuilder answer = new();
        try
        {
            while (await stream.ReadAsync(buffer, token) is > 0 and int count)
            {
                answer.Append(Encoding.UTF8.GetString(buffer, 0, count));
                received?.Invoke(answer.ToString());
            }
        }
        catch (IOException)
        {
            // A reset is one way for a server to abort; what came before it is the answer.
        }

        return answer.ToString();
    }
}
