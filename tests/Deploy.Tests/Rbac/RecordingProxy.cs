using System.Collections.Concurrent;
using System.Net;
using LlmOperator.Kubernetes.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>Stands between one component and the API server, and keeps what was asked.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private static readonly HashSet<string> s_ownHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host",
        "Authorization",
        "Connection",
        "Transfer-Encoding",
        "Content-Type",
        "Content-Length",
    };
    private readonly WebApplication _app;
    private readonly HttpClient _server;
    private readonly ConcurrentQueue<ApiRequest> _requests = new();
    private readonly ConcurrentQueue<ApiRequest> _refusals = new();
    private Func<ApiRequest, bool> _conflict = _ => false;

    private RecordingProxy(WebApplication app, HttpClient server) => (_app, _server) = (app, server);

    /// <summary>What a component is told of its API server.</summary>
    public KubernetesConfiguration Configuration => new() { Server = new Uri(_app.Urls.First()) };

    public IReadOnlyCollection<ApiRequest> Requests => _requests;

    /// <summary>Requests that the server answered with 403.</summary>
    public IReadOnlyCollection<ApiRequest> Refusals => _refusals;

    public static async Task<RecordingProxy> StartAsync(
        HttpClient server,
        CancellationToken cancellationToken
    )
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        RecordingProxy proxy = new(builder.Build(), server);
        proxy._app.Run(proxy.ForwardAsync);
        await proxy._app.StartAsync(cancellationToken);
        return proxy;
    }

    /// <summary>Answers the next request that is such a one with 409, as if somebody had been faster.</summary>
    public void ConflictOnce(Func<ApiRequest, bool> request) => Volatile.Write(ref _conflict, request);

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource now = new();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        ApiRequest? asked = ApiRequest.Parse(
            request.Method,
            request.Path,
            request.Query.ToDictionary(q => q.Key, q => q.Value.ToString(), StringComparer.Ordinal)
        );
        if (asked is not null)
        {
            _requests.Enqueue(asked);
            if (Volatile.Read(ref _conflict)(asked))
            {
                ConflictOnce(_ => false);
                context.Response.StatusCode = StatusCodes.Status409Conflict;
                await context.Response.WriteAsJsonAsync(
                    new
                    {
                        apiVersion = "v1",
                        kind = "Status",
                        status = "Failure",
                        reason = "Conflict",
                        code = 409,
                        message = "somebody was faster",
                    }
                );
                return;
            }
        }

        using HttpRequestMessage forwarded = new(
            new HttpMethod(request.Method),
            (request.Path + request.QueryString).TrimStart('/')
        );
        foreach (var header in request.Headers.Where(h => !s_ownHeaders.Contains(h.Key)))
        {
            forwarded.Headers.TryAddWithoutValidation(header.Key, header.Value.AsEnumerable());
        }

        if (request.ContentType is { } type)
        {
            using MemoryStream body = new();
            await request.Body.CopyToAsync(body, context.RequestAborted);
            forwarded.Content = new ByteArrayContent(body.ToArray());
            forwarded.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using HttpResponseMessage answer = await _server.SendAsync(
            forwarded,
            HttpCompletionOption.ResponseHeadersRead,
            context.RequestAborted
        );
        if (asked is { Verb: "patch" } && answer.StatusCode == HttpStatusCode.Created)
        {
            // A server-side apply that makes the object is authorized as its creation as well.
            _requests.Enqueue(asked with { Verb = "create" });
        }

        if (asked is not null && answer.StatusCode == HttpStatusCode.Forbidden)
        {
            _refusals.Enqueue(asked);
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await using Stream content = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        byte[] buffer = new byte[16 << 10];
        int read;
        while ((read = await content.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
