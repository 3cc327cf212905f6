using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LlmOperator.SlowClientsBench;

/// <summary>Clients that send or read a few bytes a second. One that is cut off comes again: their number stays.</summary>
internal sealed class SlowClients(int port, string key)
{
    private const string Head =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n";
    private static readonly TimeSpan s_beat = TimeSpan.FromSeconds(1);
    private static readonly TimeProvider s_time = TimeProvider.System;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<double>> _lives = new();

    public async Task RunAsync(int senders, int readers, CancellationToken stop)
    {
        List<Task> clients = [];
        for (int i = 0; i < senders + readers; i++)
        {
            clients.Add(
                i >= senders ? KeepAsync("reader", ReadAsync, stop)
                : i % 2 == 0 ? KeepAsync("head", SendHeadAsync, stop)
                : KeepAsync("body", SendBodyAsync, stop)
            );
            if (i % 50 == 49)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), s_time, CancellationToken.None);
            }
        }

        Console.WriteLine("open");
        await Task.WhenAll(clients);
        foreach (
            (string kind, ConcurrentQueue<double> lives) in _lives.OrderBy(l => l.Key, StringComparer.Ordinal)
        )
        {
            double[] sorted = [.. lives.Order()];
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{kind}: {sorted.Length} cut off, after {sorted[sorted.Length / 2]:0.0} s at the median and {sorted[^1]:0.0} s at most"
                )
            );
        }
    }

    private async Task KeepAsync(
        string kind,
        Func<Socket, CancellationToken, Task> live,
        CancellationToken stop
    )
    {
        while (!stop.IsCancellationRequested)
        {
            long start = s_time.GetTimestamp();
            using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.ReceiveBufferSize = 4096;
            socket.NoDelay = true;
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), stop);
                await live(socket, stop);
            }
            catch (SocketException)
            {
                // Cut off.
            }
            catch (OperationCanceledException)
            {
                return;
            }

            _lives.GetOrAdd(kind, _ => new()).Enqueue(s_time.GetElapsedTime(start).TotalSeconds);
            await Task.Delay(TimeSpan.FromMilliseconds(200), s_time, CancellationToken.None);
        }
    }

    private async Task SendHeadAsync(Socket socket, CancellationToken stop)
    {
        await SendAsync(socket, Head + "X-Slow: ", stop);
        await DripAsync(socket, stop);
    }

    private async Task SendBodyAsync(Socket socket, CancellationToken stop)
    {
        await SendAsync(
            socket,
            Head + $"Authorization: Bearer {key}\r\nContent-Length: 100000\r\n\r\n{{",
            stop
        );
        await DripAsync(socket, stop);
    }

    private async Task ReadAsync(Socket socket, CancellationToken stop)
    {
        const string Body =
            """{"model":"streams","stream":true,"messages":[{"role":"user","content":"much"}]}""";
        await SendAsync(
            socket,
            Head + $"Authorization: Bearer {key}\r\nContent-Length: {Body.Length}\r\n\r\n{Body}",
            stop
        );
        byte[] buffer = new byte[64];
        while (await socket.ReceiveAsync(buffer, stop) > 0)
        {
            await Task.Delay(s_beat, s_time, stop);
        }
    }

    // A byte a second until the other side has enough of it.
    private static async Task DripAsync(Socket socket, CancellationToken stop)
    {
        byte[] answer = new byte[1024];
        while (!socket.Poll(0, SelectMode.SelectRead) || await socket.ReceiveAsync(answer, stop) > 0)
        {
            await SendAsync(socket, "x", stop);
            await Task.Delay(s_beat, s_time, stop);
        }
    }

    private static async Task SendAsync(Socket socket, string text, CancellationToken stop) =>
        await socket.SendAsync(Encoding.ASCII.GetBytes(text), stop);
}
