using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using LlmOperator.Kubernetes.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>
/// A stand-in for an API server that answers exactly the bytes that a test says, faults included. For what a real
/// server cannot be made to do; everything else is tested on the embedded server.
/// </summary>
public sealed class ScriptedApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ScriptedRequest> _requests = new();

    private ScriptedApiServer(WebApplication app) => _app = app;

    /// <summary>Answers each request; may be replaced while the server runs.</summary>
    public Func<HttpContext, Task> Handler { get; set; } = _ => Task.CompletedTask;

    public IReadOnlyList<ScriptedRequest> Requests => [.. _requests];

    public Uri Address =>
        new(
            _app.Services.GetRequiredService<IServer>()
                .Features.Get<IServerAddressesFeature>()!
                .Addresses.First()
        );

    public KubernetesConfiguration Configuration => new() { Server = Address };

    public static async Task<ScriptedApiServer> StartAsync(
        Func<HttpContext, Task> handler,
        X509Certificate2? certificate = null,
        bool wantsClientCertificate = false
    )
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                System.Net.IPAddress.Loopback,
                0,
                listen =>
                {
                    if (certificate is not null)
                    {
                        listen.UseHttps(https =>
                        {
                            https.ServerCertificate = certificate;
                            https.ClientCertificateMode = wantsClientCertificate
                                ? ClientCertificateMode.AllowCertificate
                                : ClientCertificateMode.NoCertificate;
                            https.ClientCertificateValidation = (_, _, _) => true;
                        });
                    }
                }
            )
        );
        ScriptedApiServer server = new(builder.Build()) { Handler = handler };
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        _requests.Enqueue(
            new ScriptedRequest(
                context.Request.Method,
                context.Request.Path + context.Request.QueryString,
                context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString()),
                body.ToArray()
            )
        );
        await Handler(context);
    }
}
