using System.Collections.Concurrent;
using System.Net;
using LlmOperator.Models.Sources;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Testing.Registries;

/// <summary>
/// One real HTTP server that speaks the protocols of the Ollama registry, of OCI registries, of Hugging Face, and plain HTTP, with faults
/// that can be switched on. Content lies on a second host name, as with the real ones: names are answered at
/// <see cref="Address"/>, content at <see cref="ContentAddress"/> after a redirect.
/// </summary>
public sealed class RegistryStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ContentServer _content = new();

    private RegistryStandIn(WebApplication app)
    {
        _app = app;
        Ollama = new OllamaRoutes(this);
        HuggingFace = new HuggingFaceRoutes(this);
        Oci = new OciRoutes(this);
    }

    /// <summary>The registry: <c>http://127.0.0.1:PORT</c>.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1/");

    /// <summary>Where redirects lead: the same port under the name <c>localhost</c>, which is another host.</summary>
    public Uri ContentAddress => new UriBuilder(Address) { Host = "localhost" }.Uri;

    public OllamaRoutes Ollama { get; }

    public HuggingFaceRoutes HuggingFace { get; }

    public OciRoutes Oci { get; }

    /// <summary>All requests so far.</summary>
    public ConcurrentQueue<RecordedRequest> Requests { get; } = new();

    /// <summary>Token that names and the first hop of content demand as <c>Bearer</c>; null demands none.</summary>
    public string? RequiredToken { get; set; }

    /// <summary>Value of Authorization that the log-in at <c>token</c> demands; null demands none.</summary>
    public string? RequiredLogin { get; set; }

    /// <summary>Redirect content to <see cref="ContentAddress"/>, as the real registries do; default true.</summary>
    public bool RedirectContent { get; set; } = true;

    /// <summary>Whether content carries an ETag; default true.</summary>
    public bool SendsEntityTags
    {
        get => _content.SendsEntityTags;
        set => _content.SendsEntityTags = value;
    }

    /// <summary>Bytes of content sent so far.</summary>
    public long SentBytes => Requests.Sum(request => request.SentBytes);

    /// <summary>Bodies of content that were being sent at the same time, at most.</summary>
    public int MostOpenContents => _content.MostOpen;

    /// <summary>Settings that reach this stand-in and nothing else.</summary>
    public SourceSettings Settings =>
        new()
        {
            OllamaRegistry = Address,
            HuggingFace = Address,
            AllowLoopback = true,
        };

    public static async Task<RegistryStandIn> StartAsync(CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0));
        WebApplication app = builder.Build();
        RegistryStandIn standIn = new(app);
        app.Run(standIn.HandleAsync);
        await app.StartAsync(cancellationToken);
        int port = new Uri(app.Urls.First()).Port;
        standIn.Address = new Uri($"http://127.0.0.1:{port}/");
        return standIn;
    }

    /// <summary>Serves <paramref name="content"/> at a path of its own, without redirect. Returns the address.</summary>
    public Uri AddFile(string path, RegistryContent content)
    {
        _content.Add("files/" + path, content);
        return new Uri(Address, "files/" + path);
    }

    /// <summary>Adds a fault for coming requests for content.</summary>
    public void Inject(RegistryFault fault) => _content.Inject(fault);

    /// <summary>Returns when no content is being sent.</summary>
    public async Task QuietAsync()
    {
        while (_content.Open > 0)
        {
            await Task.Delay(1);
        }
    }

    /// <summary>Heals everything, for answers that have not begun.</summary>
    public void ClearFaults() => _content.ClearFaults();

    public async ValueTask DisposeAsync()
    {
        _content.Stop();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _content.Dispose();
    }

    internal void AddContent(string path, RegistryContent content) => _content.Add(path, content);

    /// <summary>Answers with the content, or with a redirect to it.</summary>
    internal Task AnswerContentAsync(HttpContext context, string path, RecordedRequest request)
    {
        if (!RedirectContent)
        {
            return _content.AnswerAsync(context, path, request);
        }

        context.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        context.Response.Headers.Location = new Uri(ContentAddress, path).ToString();
        return Task.CompletedTask;
    }

    private async Task HandleAsync(HttpContext context)
    {
        RecordedRequest request = new(
            context.Request.Method,
            context.Request.Host.Host,
            context.Request.Path,
            context.Request.Headers.Range,
            context.Request.Headers.Authorization,
            context.Request.Headers.UserAgent
        );
        Requests.Enqueue(request);
        string path = context.Request.Path.Value?.TrimStart('/') ?? "";
        if (_content.Has(path))
        {
            await _content.AnswerAsync(context, path, request);
        }
        else if (path.StartsWith("files/", StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (path == "token" && RequiredLogin is { } login && request.Authorization != login)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
        else if (path == "token")
        {
            await context.Response.WriteAsJsonAsync(new { token = RequiredToken });
        }
        else if (RequiredToken is { } token && request.Authorization != $"Bearer {token}")
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.Headers.WWWAuthenticate =
                $"Bearer realm=\"{Ollama.Realm ?? new Uri(Address, "token")}\",service=\"stand-in\",scope=\"pull\"";
        }
        else if (await Oci.TryAnswerAsync(context, path.TrimEnd('/'))) { }
        else if (!await Ollama.TryAnswerAsync(context, path, request))
        {
            await HuggingFace.AnswerAsync(context, path, request);
        }
    }
}
