namespace LlmOperator.Kubernetes.Transport;

/// <summary>
/// How connections are made and how dead ones are found (C7). The numbers are client-go's: apimachinery
/// pkg/util/net/http.go (ping, idle), client-go transport/cache.go (connect, handshake, TCP keep-alive).
/// </summary>
internal sealed record ConnectionLimits
{
    public static ConnectionLimits Default { get; } = new();

    /// <summary>Longest time from the first packet to a connection that can be used, through a proxy too.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest TLS handshake with the server; through a proxy it shares <see cref="Connect"/>.</summary>
    public TimeSpan TlsHandshake { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>An HTTP/2 connection that was silent for this long is pinged.</summary>
    public TimeSpan PingDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection that does not answer a ping for this long is dead.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// A connection that nobody used for this long is closed. In place of client-go's cap of 25 idle connections a
    /// host, which the handler does not have: HTTP/2 needs one connection, and what HTTP/1.1 leaves behind goes soon.
    /// </summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>TCP keep-alive, which finds dead connections of HTTP/1.1.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);
}
