using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Transport;
using LlmOperator.Kubernetes.Watching;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Kubernetes.Tests.Transport;

public sealed class DeadConnectionTests : IDisposable
{
    private const string Event =
        """{"type":"ADDED","object":{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a","namespace":"n"}}}""";

    private readonly TestCertificates _certificates = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _certificates.Dispose();

    [Fact]
    [Trait("Semantics", "C7")]
    public async Task Watch_CableIsCut_IsNoticedByPingsAndTheNextWatchGetsAConnectionOfItsOwn()
    {
        await using ScriptedApiServer server = await ScriptedApiServer.StartAsync(
            WatchAsync,
            _certificates.Server()
        );
        await using SilentRelay relay = new(server.Address);

        // The handler's shortest; the real ones are compared in TlsTests.
        using KubernetesClient client = Client(
            relay,
            new ConnectionLimits
            {
                PingDelay = TimeSpan.FromSeconds(1),
                PingTimeout = TimeSpan.FromSeconds(1),
            },
            TimeProvider.System
        );
        await using var watch = client
            .WatchAsync<Widget>(new WatchOptions(), Cancelled)
            .GetAsyncEnumerator(Cancelled);
        Assert.True(await watch.MoveNextAsync());

        relay.Cut();

        await Assert.ThrowsAsync<WatchException>(() =>
            watch.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), Cancelled)
        );
        await using var next = client
            .WatchAsync<Widget>(new WatchOptions(), Cancelled)
            .GetAsyncEnumerator(Cancelled);
        Assert.True(await next.MoveNextAsync());
        Assert.Equal(2, relay.Connections);
    }

    [Fact]
    [Trait("Semantics", "C7")]
    public async Task Handshake_ServerThatIsSilent_IsGivenUpAfterTenSeconds()
    {
        FakeTimeProvider time = new();
        await using SilentRelay relay = new(server: null);
        using KubernetesClient client = Client(relay, ConnectionLimits.Default, time);
        Task<Widget> getting = client.GetAsync<Widget>(new ObjectKey("n", "a"), Cancelled);
        await Eventually.IsTrueAsync(() => relay.Connections == 1, "the connection");
        TimeSpan waited = TimeSpan.Zero;

        await Eventually.IsTrueAsync(
            () => getting.IsCompleted,
            "the end of the handshake",
            () =>
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
                waited += TimeSpan.FromMilliseconds(100);
            }
        );

        HttpRequestException error = await Assert.ThrowsAsync<HttpRequestException>(() => getting);
        Assert.Contains("handshake was not done within 10 seconds", error.Message, StringComparison.Ordinal);
        Assert.InRange(waited, TimeSpan.FromSeconds(9.9), TimeSpan.FromSeconds(30));
    }

    [Fact]
    [Trait("Semantics", "C7")]
    public async Task Calls_ManyAtOnce_ShareConnectionsFarBelowTwentyFive()
    {
        await using ScriptedApiServer server = await ScriptedApiServer.StartAsync(
            c => c.Response.WriteAsync("""{"metadata":{"name":"a","namespace":"n"}}"""),
            _certificates.Server()
        );
        await using SilentRelay relay = new(server.Address);
        using KubernetesClient client = Client(relay, ConnectionLimits.Default, TimeProvider.System);

        for (int round = 0; round < 3; round++)
        {
            await Task.WhenAll(
                Enumerable
                    .Range(0, 200)
                    .Select(_ => client.GetAsync<Widget>(new ObjectKey("n", "a"), Cancelled))
            );
        }

        Assert.Equal(600, server.Requests.Count);
        Assert.InRange(relay.Connections, 1, 24);
    }

    private static async Task WatchAsync(HttpContext context)
    {
        await context.Response.WriteAsync(Event + "\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        TaskCompletionSource gone = new();
        await using (context.RequestAborted.Register(gone.SetResult))
        {
            await gone.Task;
        }
    }

    private KubernetesClient Client(SilentRelay relay, ConnectionLimits limits, TimeProvider time) =>
        new(
            new KubernetesConfiguration
            {
                Server = relay.Address,
                Tls = new TlsConfiguration { CertificateAuthority = _certificates.AuthorityPem },
                Connections = limits,
            },
            time
        );
}
