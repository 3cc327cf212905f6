using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LlmOperator.Router.Tests.Forwarding;

/// <summary>A target on a real socket that answers each request as a script says, byte for byte.</summary>
internal sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<string, NetworkStream, Socket, CancellationToken, Task> _answer;
    private readonly Task _accepting;

    public ScriptedUpstream(Func<NetworkStream, Socket, CancellationToken, Task> answer)
        : this((_, stream, socket, ct) => answer(stream, socket, ct)) { }

    /// <summary>One whose answer depends on the request: head and body.</summary>
    public ScriptedUpstream(Func<string, NetworkStream, Socket, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>Requests so far: head and body.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Completes when a client closed its connection while the script was still at work.</summary>
    public TaskCompletionSource ClientLeft { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                _connections.Add(ServeAsync(socket));
            }
        }
        catch (Exception e)
            when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using Socket owned = socket;
        await using NetworkStream stream = new(socket, ownsSocket: false);
        try
        {
            string request = await ReadRequestAsync(stream);
            Requests.Enqueue(request);
            await _answer(request, stream, socket, _stop.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            ClientLeft.TrySetResult();
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task<string> ReadRequestAsync(NetworkStream stream)
    {
        byte[] buffer = new byte[1 << 16];
        int length = 0;
        while (true)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(length), _stop.Token);
            if (read == 0)
            {
                throw new IOException("The client left before its request was whole.");
            }

            length += read;
            string text = Encoding.UTF8.GetString(buffer, 0, length);
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
            {
                continue;
            }

            string head = text[..end];
            int declared = head.Split("\r\n")
                .Where(h => h.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                .Select(h => int.Parse(h.Split(':')[1]))
                .FirstOrDefault();
            if (length >= end + 4 + declared)
            {
                return text;
            }
        }
    }
}
