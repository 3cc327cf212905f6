using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LlmOperator.Kubernetes.Tests.Transport;

/// <summary>A proxy on loopback that makes tunnels (CONNECT), for one user where one is named.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentBag<Task> _tunnels = [];
    private readonly string? _user;
    private readonly Task _run;

    public ConnectProxy(string? user = null)
    {
        _user = user;
        _listener.Start();
        _run = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>First line of each request, and whether it was let through.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _run;
        await Task.WhenAll(_tunnels);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _tunnels.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                NetworkStream down = client.GetStream();
                while (await ReadHeadAsync(down) is { } head)
                {
                    string first = head.Split("\r\n")[0];
                    if (!IsAllowed(head))
                    {
                        _requests.Enqueue($"{first} 407");
                        await SendAsync(
                            down,
                            "HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n"
                        );
                        continue;
                    }

                    _requests.Enqueue($"{first} 200");
                    string[] target = first.Split(' ')[1].Split(':');
                    using TcpClient up = new();
                    await up.ConnectAsync(target[0], int.Parse(target[1]), _stop.Token);
                    await SendAsync(down, "HTTP/1.1 200 Connected\r\n\r\n");
                    await Task.WhenAny(
                        down.CopyToAsync(up.GetStream(), _stop.Token),
                        up.GetStream().CopyToAsync(down, _stop.Token)
                    );
                    return;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // Stopped, or an end hung up.
            }
        }
    }

    private bool IsAllowed(string head) =>
        _user is null
        || head.Contains(
            $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(_user))}\r\n",
            StringComparison.OrdinalIgnoreCase
        );

    private Task SendAsync(NetworkStream stream, string text) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(text), _stop.Token).AsTask();

    private async Task<string?> ReadHeadAsync(NetworkStream stream)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, _stop.Token) == 0)
            {
                return null;
            }

            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
