using System.Buffers.Text;
using System.Net.Sockets;

namespace LlmOperator.Router.Tests.Serving;

/// <summary>HTTP/1.1 messages with a Content-Length over a socket, without allocating: what is measured beside it is not its own.</summary>
internal sealed class BareConnection(Socket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 << 10];

    public async ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        while (!message.IsEmpty)
        {
            message = message[await socket.SendAsync(message, cancellationToken)..];
        }
    }

    /// <summary>Reads one message; its status line begins the result. Empty when the other side has closed.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        int length = 0;
        while (!IsWhole(_buffer.AsSpan(0, length)))
        {
            int read = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return default;
            }

            length += read;
        }

        return _buffer.AsMemory(0, length);
    }

    public void Dispose() => socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> message)
    {
        int head = message.IndexOf("\r\n\r\n"u8);
        int at = message.IndexOf("\r\nContent-Length: "u8);
        return head >= 0
            && at >= 0
            && Utf8Parser.TryParse(message[(at + 18)..], out int length, out _)
            && message.Length >= head + 4 + length;
    }
}
