using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LlmOperator.Router.Tests.Serving;

/// <summary>Clients that send a byte now and then, or ask for much and read nothing.</summary>
internal sealed class SlowClients : IDisposable
{
    private readonly List<Socket> _sockets = [];

    /// <summary>Opens connections that send a head without an end, or a body without an end.</summary>
    public async Task SendAsync(Uri router, int count, CancellationToken cancellationToken)
    {
        for (int i = 0; i < count; i++)
        {
            string head =
                i % 2 == 0
                    ? "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
                    : "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{";
            await OpenAsync(router, head, receiveBuffer: null, cancellationToken);
        }
    }

    /// <summary>Opens connections that ask for a long stream and read nothing of it.</summary>
    public async Task ReadNothingAsync(
        Uri router,
        string model,
        int count,
        CancellationToken cancellationToken
    )
    {
        string body =
            $$"""{"model":"{{model}}","stream":true,"messages":[{"role":"user","content":"much"}]}""";
        string request =
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        for (int i = 0; i < count; i++)
        {
            await OpenAsync(router, request, receiveBuffer: 4096, cancellationToken);
        }
    }

    /// <summary>Connections that the router has ended.</summary>
    public int Ended() => _sockets.Count(IsEnded);

    public void Dispose() => _sockets.ForEach(s => s.Dispose());

    // Readable without a byte to read is an end; so is an error. What was sent before is read away for it.
    private static bool IsEnded(Socket socket)
    {
        try
        {
            byte[] buffer = new byte[64 << 10];
            while (socket.Poll(0, SelectMode.SelectRead))
            {
                if (socket.Receive(buffer) == 0)
                {
                    return true;
                }
            }

            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private async Task OpenAsync(
        Uri router,
        string text,
        int? receiveBuffer,
        CancellationToken cancellationToken
    )
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (receiveBuffer is { } bytes)
        {
            socket.ReceiveBufferSize = bytes;
        }

        _sockets.Add(socket);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, router.Port), cancellationToken);
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
        }
        catch (SocketException)
        {
            // The router closed it before: who counts ends finds it.
        }
    }
}
