using System.Net.Sockets;
using System.Text;

namespace LlmOperator.Router.Tests.Forwarding.Waking;

/// <summary>A node's agent whose model is loaded when the test says so: until then whoever asks for its health waits.</summary>
internal sealed class SleepingAgent : IAsyncDisposable
{
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ScriptedUpstream _upstream;

    /// <param name="answer">Answer to requests for inference; a whole stream or text where it is absent.</param>
    public SleepingAgent(string? answer = null) =>
        _upstream = new ScriptedUpstream(
            async (request, stream, _, ct) =>
            {
                if (request.StartsWith("GET /health ", StringComparison.Ordinal))
                {
                    await _loaded.Task.WaitAsync(ct);
                    await SendAsync(stream, Head("application/json", 2) + "{}", ct);
                    return;
                }

                bool isStream = request.Contains("\"stream\":true", StringComparison.Ordinal);
                string body = answer ?? (isStream ? string.Concat(Script.Frames) : Script.WholeText);
                string type = isStream ? "text/event-stream" : "application/json";
                await SendAsync(stream, Head(type, Encoding.UTF8.GetByteCount(body)) + body, ct);
            }
        );

    public Uri Address => _upstream.Address;

    /// <summary>How often somebody asked for its health.</summary>
    public int Calls => _upstream.Requests.Count(r => r.StartsWith("GET ", StringComparison.Ordinal));

    /// <summary>Requests for inference.</summary>
    public int Asked => _upstream.Requests.Count(r => r.StartsWith("POST ", StringComparison.Ordinal));

    /// <summary>The model is in memory from now on.</summary>
    public void Load() => _loaded.TrySetResult();

    public ValueTask DisposeAsync() => _upstream.DisposeAsync();

    private static string Head(string type, int length) =>
        $"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n";

    private static async Task SendAsync(NetworkStream stream, string text, CancellationToken ct) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), ct);
}
