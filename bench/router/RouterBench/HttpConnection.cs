using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace LlmOperator.RouterBench;

/// <summary>As much of HTTP/1.1 as the bench needs, with as little work: a message has a length or ends with the last chunk.</summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer;
    private int _length;

    /// <param name="socket">The connection; disposed with this.</param>
    /// <param name="bufferBytes">Longest message.</param>
    public HttpConnection(Socket socket, int bufferBytes = 1 << 20)
    {
        _buffer = new byte[bufferBytes];
        socket.NoDelay = true;
        _socket = socket;
    }

    /// <summary>The message that was read.</summary>
    public ReadOnlySpan<byte> Message => _buffer.AsSpan(0, _length);

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, cancellationToken)..];
        }
    }

    /// <summary>Reads one message whole; false when the other side has closed.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <param name="firstEvent">Called once when the first event of a stream is there.</param>
    public async Task<bool> ReadMessageAsync(CancellationToken cancellationToken, Action? firstEvent = null)
    {
        _length = 0;
        while (!IsWhole())
        {
            int read = await _socket.ReceiveAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0)
            {
                return _length == 0 ? false : throw new IOException("The message was cut off.");
            }

            _length += read;
            if (firstEvent is not null && Message.IndexOf("\"content\":\" word\""u8) >= 0)
            {
                firstEvent();
                firstEvent = null;
            }
        }

        return true;
    }

    /// <summary>The body of a message that came in chunks.</summary>
    public string ReadChunks()
    {
        StringBuilder body = new();
        ReadOnlySpan<byte> rest = Message[(Message.IndexOf("\r\n\r\n"u8) + 4)..];
        while (true)
        {
            int line = rest.IndexOf("\r\n"u8);
            int length = int.Parse(rest[..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
            {
                return body.ToString();
            }

            body.Append(Encoding.UTF8.GetString(rest.Slice(line + 2, length)));
            rest = rest[(line + 2 + length + 2)..];
        }
    }

    public void Dispose() => _socket.Dispose();

    private bool IsWhole()
    {
        int head = Message.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return false;
        }

        string lines = Encoding.ASCII.GetString(Message[..head]);
        const string Name = "\r\ncontent-length:";
        int at = lines.IndexOf(Name, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return Message.EndsWith("0\r\n\r\n"u8);
        }

        ReadOnlySpan<char> rest = lines.AsSpan(at + Name.Length);
        int end = rest.IndexOf('\r');
        int length = int.Parse(end < 0 ? rest : rest[..end], CultureInfo.InvariantCulture);
        return _length >= head + 4 + length;
    }
}
