using System.Net;
using System.Security.Cryptography.X509Certificates;
using LlmOperator.ApiServer.Requests;
using LlmOperator.ApiServer.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.ApiServer;

/// <summary>
/// A Kubernetes API server in this process: CRDs and the built-in kinds this product touches, over HTTPS on
/// 127.0.0.1 with a bearer token. It never serves a cluster of many machines.
/// </summary>
/// <remarks>Rules in CEL (<c>x-kubernetes-validations</c>) are stored and shown, but not evaluated.</remarks>
public sealed class EmbeddedApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ApiServerCore _core;
    private int _stopped;

    private EmbeddedApiServer(WebApplication app, ApiServerCore core)
    {
        _app = app;
        _core = core;
        Token = core.Identity.Token;
        CertificateAuthority = core.Identity.Certificates.Authority;
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        Url = new Uri(addresses!.Addresses.First());
        Kubeconfig = KubeconfigWriter.Create(Url, CertificateAuthority, Token);
    }

    /// <summary>The address, such as <c>https://127.0.0.1:34567/</c>.</summary>
    public Uri Url { get; }

    /// <summary>The bearer token that every request but health and version needs.</summary>
    public string Token { get; }

    /// <summary>The authority that signed the server's certificate.</summary>
    public X509Certificate2 CertificateAuthority { get; }

    /// <summary>The text of a kubeconfig for this server.</summary>
    public string Kubeconfig { get; }

    /// <summary>Opens the data folder and listens; returns when requests are served.</summary>
    /// <exception cref="InvalidDataException">The journal in the data folder is damaged.</exception>
    /// <exception cref="IOException">The folder is in use by another process, or the port is taken.</exception>
    public static async Task<EmbeddedApiServer> StartAsync(
        ApiServerOptions options,
        CancellationToken cancellationToken
    )
    {
        var loggers = options.LoggerFactory ?? NullLoggerFactory.Instance;
        var core = await ApiServerCore.OpenAsync(options, loggers.CreateLogger<EmbeddedApiServer>());
        try
        {
            var app = BuildApp(options, core.Identity, loggers);
            app.Run(core.Dispatcher.HandleAsync);
            await app.StartAsync(cancellationToken);
            var server = new EmbeddedApiServer(app, core);
            if (options.KubeconfigPath is { } path)
            {
                PrivateFiles.Write(path, server.Kubeconfig);
            }
            return server;
        }
        catch
        {
            await core.DisposeAsync();
            throw;
        }
    }

    /// <summary>Forgets the history of changes, so that watches from older versions are answered with 410.</summary>
    public void CompactHistory() => _core.Store.Compact();

    /// <summary>Ends all watches, answers what is under way, and closes the journal.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            await _core.StopAsync();
            await _app.StopAsync();
            await _app.DisposeAsync();
            await _core.DisposeAsync();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await StopAsync();

    private static WebApplication BuildApp(
        ApiServerOptions options,
        ServerIdentity identity,
        ILoggerFactory loggers
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder
            .WebHost.UseKestrelCore()
            .UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel => Configure(kestrel, options.Port, identity));
        return builder.Build();
    }

    private static void Configure(KestrelServerOptions kestrel, int port, ServerIdentity identity)
    {
        kestrel.AddServerHeader = false;
        // BodyReader answers bodies that are too large as Kubernetes does; this is the net below it.
        kestrel.Limits.MaxRequestBodySize = BodyReader.MostBytes * 2L;
        kestrel.Listen(IPAddress.Loopback, port, listen => listen.UseHttps(identity.Certificates.Server));
    }
}
