using System.Net;
using System.Net.Sockets;
using LlmOperator.Engines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.NodeAgent.Tests.Serving;

/// <summary>A real HTTP server on a unix socket or a TCP port in the place of an engine.</summary>
internal sealed class EngineStandIn : IEngineInstance
{
    private readonly WebApplication _app;
    private readonly TaskCompletionSource<EngineExit> _exit = new();

    private EngineStandIn(WebApplication app, HttpClient client)
    {
        _app = app;
        Client = client;
    }

    public HttpClient Client { get; }

    public string ModelId => "stand-in";

    public EngineState State => EngineState.Ready;

    public Task<EngineExit> Completion => _exit.Task;

    public int? ProcessId => null;

    public IReadOnlyList<string> LastErrorLines => [];

    /// <summary>Listens on the socket, or on a free port when it is null.</summary>
    public static async Task<EngineStandIn> StartAsync(string? socket, RequestDelegate handler)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Limits.MaxRequestBodySize = null;
                if (socket is not null)
                {
                    kestrel.ListenUnixSocket(socket);
                }
                else
                {
                    kestrel.Listen(IPAddress.Loopback, 0);
                }
            });
        WebApplication app = builder.Build();
        app.Run(handler);
        await app.StartAsync(TestContext.Current.CancellationToken);
        Uri address = socket is null ? new Uri(app.Urls.First() + "/") : new Uri("http://engine/");
        return new EngineStandIn(app, ClientFor(socket, address));
    }

    /// <summary>An engine that has nothing listening behind its address.</summary>
    public static async Task<EngineStandIn> StartRefusingAsync(string socket)
    {
        EngineStandIn engine = await StartAsync(socket, _ => Task.CompletedTask);
        await engine._app.StopAsync(TestContext.Current.CancellationToken);
        File.Delete(socket);
        return engine;
    }

    public Task StopAsync(TimeSpan grace, CancellationToken cancellationToken) =>
        _app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private static HttpClient ClientFor(string? socket, Uri address)
    {
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };
        if (socket is not null)
        {
            handler.ConnectCallback = async (_, token) =>
            {
                Socket connection = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), token);
                return new NetworkStream(connection, ownsSocket: true);
            };
        }

        return new HttpClient(handler) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
    }
}
