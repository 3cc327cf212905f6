using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace LlmOperator.Kubernetes.Tests.Transport;

/// <summary>A cable to a server that can be cut without either end being told: bytes vanish, nothing is closed.</summary>
internal sealed class SilentRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _links = [];
    private readonly Uri? _server;
    private readonly Task _run;
    private int _connections;
    private volatile bool _isCut;

    /// <param name="server">Where bytes go; null for nowhere from the start.</param>
    public SilentRelay(Uri? server)
    {
        _server = server;
        _listener.Start();
        _run = AcceptAsync();
    }

    public Uri Address => new($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Cuts the connections that there are; new ones work.</summary>
    public void Cut() => _isCut = true;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _run;
        await Task.WhenAll(_links);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _links.Add(RelayAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using TcpClient server = new();
        using (client)
        {
            try
            {
                if (_server is null)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
                }

                await server.ConnectAsync(_server!.Host, _server.Port, _stop.Token);
                bool wasCut = _isCut;
                await Task.WhenAny(
                    PumpAsync(client.GetStream(), server.GetStream(), wasCut),
                    PumpAsync(server.GetStream(), client.GetStream(), wasCut)
                );
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // Stopped, or an end hung up.
            }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool isNew)
    {
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, _stop.Token)) > 0)
        {
            if (!_isCut || isNew)
            {
                await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }

        if (_isCut && !isNew)
        {
            // Not even the end of the other side gets through.
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);
        }
    }
}
