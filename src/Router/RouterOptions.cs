using System.Net;
using LlmOperator.Router.Tracing;
using LlmOperator.Telemetry.Prometheus;

namespace LlmOperator.Router;

/// <summary>Settings of the router.</summary>
public sealed record RouterOptions
{
    /// <summary>Port by default.</summary>
    public const int DefaultPort = 11400;

    /// <summary>Where it listens. 127.0.0.1:11400 by default; beyond loopback <see cref="ApiKeys"/> are required.</summary>
    public IPEndPoint ListenAddress { get; init; } = new(IPAddress.Loopback, DefaultPort);

    /// <summary>Keys of which clients must send one as a bearer token. Empty: none is needed, on loopback only.</summary>
    public IReadOnlyList<string> ApiKeys { get; init; } = [];

    /// <summary>Token that opens <c>/metrics</c> beside the API keys; null, the default, for none.</summary>
    public MetricsToken? MetricsToken { get; init; }

    /// <summary>Where traces and metrics are sent; null, the default, for nowhere, which costs no request anything.</summary>
    public OtlpOptions? Otlp { get; init; }

    /// <summary>Token that the node agents demand; null when they demand none.</summary>
    public string? ServingToken { get; init; }

    /// <summary>Namespace in which names are looked up that carry none. <c>default</c> by default.</summary>
    public string DefaultNamespace { get; init; } = "default";

    /// <summary>Most requests worked on at the same time, from when their body is there; more wait. 1000 by default.</summary>
    public int MaxConcurrentRequests { get; init; } = 1000;

    /// <summary>Most requests that wait until there is room; more are answered 429, those of the lowest priority first. 256 by default.</summary>
    public int MaxQueuedRequests { get; init; } = 256;

    /// <summary>Longest wait for room, before a request is answered 429. 10 seconds by default.</summary>
    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Most connections of one client address; more are closed at once. Null, the default, for no limit: behind a proxy all clients have one address.</summary>
    public int? MaxConnectionsPerAddress { get; init; }

    /// <summary>Longest request body, in bytes. 32 MiB by default.</summary>
    public int MaxRequestBytes { get; init; } = 32 << 20;

    /// <summary>Most bytes of all bodies that are not whole yet, or whose requests wait; requests that go beyond it are answered 429. 256 MiB by default.</summary>
    public long MaxBytesBeingRead { get; init; } = 256 << 20;

    /// <summary>
    /// How long a router that stops still takes requests, while it says that it is not ready: others need that time to
    /// send no more. Zero by default.
    /// </summary>
    public TimeSpan ShutdownDelay { get; init; } = TimeSpan.Zero;

    /// <summary>How long running requests may go on when the router stops. 20 seconds by default.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">They contradict each other; the message says how and what to do.</exception>
    public void Validate()
    {
        if (!IPAddress.IsLoopback(ListenAddress.Address) && ApiKeys.Count == 0)
        {
            throw new ArgumentException(
                $"The router may not listen on {ListenAddress} without API keys: set LLMOP_API_KEYS_FILE, or listen on 127.0.0.1."
            );
        }

        if (ApiKeys.Any(k => k.Length < 16))
        {
            throw new ArgumentException("An API key has fewer than 16 characters: use longer ones.");
        }

        if (ShutdownDelay < TimeSpan.Zero || DrainTimeout < TimeSpan.Zero)
        {
            throw new ArgumentException(
                "The delay and the time to drain of the router must not be negative."
            );
        }

        if (MaxQueuedRequests < 0 || QueueTimeout < TimeSpan.Zero)
        {
            throw new ArgumentException("The router's queue and its time must not be negative.");
        }

        if (
            MaxConcurrentRequests < 1
            || MaxRequestBytes < 1024
            || MaxBytesBeingRead < MaxRequestBytes
            || MaxConnectionsPerAddress < 1
        )
        {
            throw new ArgumentException("The limits of the router are too small to serve a request.");
        }
    }

    /// <summary>The address: keys are secret.</summary>
    public override string ToString() => $"router on {ListenAddress}";
}
