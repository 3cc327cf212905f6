namespace LlmOperator.Kubernetes.Transport;

/// <summary>
/// The connections of a client, which can all be replaced when the client certificate changed (C5, C6): new requests
/// go to new connections, and what runs on the old ones ends as if the connection were lost.
/// </summary>
/// <param name="create">Makes a handler and the tracker that it connects through.</param>
internal sealed class RenewableHandler(Func<(ConnectionTracker, SocketsHttpHandler)> create)
    : HttpMessageHandler
{
    private Connections _current = new(create);

    /// <summary>Replaces the connections.</summary>
    public void Renew()
    {
        // Exchanged before the old ones close: a request that begins now must not meet a closed connection.
        Connections old = Interlocked.Exchange(ref _current, new Connections(create));
        old.Tracker.CloseAll();
        old.Invoker.Dispose();
    }

    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    ) => Volatile.Read(ref _current).Invoker.SendAsync(request, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _current.Invoker.Dispose();
        }

        base.Dispose(disposing);
    }

    private sealed class Connections
    {
        public Connections(Func<(ConnectionTracker, SocketsHttpHandler)> create)
        {
            (Tracker, SocketsHttpHandler handler) = create();
            Invoker = new HttpMessageInvoker(handler, disposeHandler: true);
        }

        public ConnectionTracker Tracker { get; }

        public HttpMessageInvoker Invoker { get; }
    }
}
