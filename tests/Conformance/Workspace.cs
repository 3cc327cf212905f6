using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Client;

namespace LlmOperator.Conformance;

/// <summary>A namespace of a test's own on a target, spoken to in raw HTTP and JSON through our client.</summary>
internal sealed class Workspace : IAsyncDisposable
{
    public const string Group = "conformance.llmoperator.dev";
    public const string AllWidgets = $"apis/{Group}/v1/widgets";
    public const string AllGadgets = $"apis/{Group}/v1/gadgets";
    private readonly ConformanceTarget _target;
    private readonly CancellationToken _cancellation;

    private Workspace(ConformanceTarget target, CancellationToken cancellation)
    {
        _target = target;
        _cancellation = cancellation;
        Namespace = $"c-{Guid.NewGuid():n}"[..18];
    }

    public string Namespace { get; }

    public IKubernetesClient Client => _target.Client;

    public string Widgets => PathOf(Namespace, "widgets");

    /// <summary>The path of widget <c>one</c>.</summary>
    public string One => $"{Widgets}/one";

    public string ConfigMaps => $"api/v1/namespaces/{Namespace}/configmaps";

    public static async Task<Workspace> OpenAsync(ConformanceTarget target, CancellationToken cancellation)
    {
        var workspace = new Workspace(target, cancellation);
        if (target.Offers.Contains(Need.CoreKinds))
        {
            var space = new JsonObject { ["metadata"] = new JsonObject { ["name"] = workspace.Namespace } };
            (await workspace.PostAsync("api/v1/namespaces", space)).Ok();
        }
        return workspace;
    }

    public static string PathOf(string space, string plural) =>
        $"apis/{Group}/v1/namespaces/{space}/{plural}";

    /// <summary>A name that no other test uses, for kinds without a namespace.</summary>
    public string Own(string name) => $"{name}-{Namespace}";

    public bool Has(Need need) => _target.Offers.Contains(need);

    public static JsonObject Widget(string name, string spec = """{"size":"Small"}""") =>
        new()
        {
            ["apiVersion"] = $"{Group}/v1",
            ["kind"] = "Widget",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = JsonNode.Parse(spec),
        };

    /// <summary>A widget with metadata beside its name, as JSON members.</summary>
    public static JsonObject WidgetWith(string name, string metadata)
    {
        var widget = Widget(name);
        foreach (var (key, value) in JsonNode.Parse(metadata)!.AsObject())
        {
            widget["metadata"]![key] = value?.DeepClone();
        }
        return widget;
    }

    /// <summary>Creates widget <c>one</c>.</summary>
    public Task<ApiAnswer> CreateAsync(string spec = """{"size":"Small"}""") =>
        CreateAsync(Widget("one", spec));

    public async Task<ApiAnswer> CreateAsync(JsonObject widget) => (await PostAsync(Widgets, widget)).Ok();

    /// <summary>Creates widgets of these names, in this order.</summary>
    public async Task CreateManyAsync(params string[] names)
    {
        foreach (var name in names)
        {
            await CreateAsync(Widget(name));
        }
    }

    public Task<ApiAnswer> GetAsync(string path, string? accept = null) =>
        SendAsync(HttpMethod.Get, path, null, "application/json", accept);

    public Task<ApiAnswer> PostAsync(string path, JsonNode body) =>
        SendAsync(HttpMethod.Post, path, body.ToJsonString());

    public Task<ApiAnswer> PutAsync(string path, JsonNode body) =>
        SendAsync(HttpMethod.Put, path, body.ToJsonString());

    public Task<ApiAnswer> DeleteAsync(string path, string? options = null) =>
        SendAsync(HttpMethod.Delete, path, options);

    public Task<ApiAnswer> MergeAsync(string path, string patch) =>
        SendAsync(HttpMethod.Patch, path, patch, "application/merge-patch+json");

    public Task<ApiAnswer> JsonPatchAsync(string path, string patch) =>
        SendAsync(HttpMethod.Patch, path, patch, "application/json-patch+json");

    /// <summary>Server-side apply of widget <c>one</c> with this spec.</summary>
    public Task<ApiAnswer> ApplyAsync(string manager, string spec, bool force = false) =>
        ApplyAsync(One, manager, Widget("one", spec).ToJsonString(), force);

    public Task<ApiAnswer> ApplyAsync(string path, string manager, string body, bool force = false) =>
        SendAsync(
            HttpMethod.Patch,
            $"{path}{(path.Contains('?') ? '&' : '?')}fieldManager={manager}{(force ? "&force=true" : "")}",
            body,
            "application/apply-patch+yaml"
        );

    public async Task<ApiAnswer> SendAsync(
        HttpMethod method,
        string path,
        string? body,
        string contentType = "application/json",
        string? accept = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }
        using var response = await Client.SendAsync(request, _cancellation);
        return await ApiAnswer.ReadAsync(response, _cancellation);
    }

    /// <summary>Begins a watch of the widgets; the caller disposes it.</summary>
    public async Task<WatchReader> WatchAsync(string query = "", string? path = null) =>
        await WatchReader.OverAsync(
            await Client.SendAsync(
                new(HttpMethod.Get, $"{path ?? Widgets}?watch=true{query}"),
                _cancellation
            ),
            _cancellation
        );

    /// <summary>Asks again until the answer is as wanted, at most 40 seconds.</summary>
    public Task<ApiAnswer> UntilAsync(string path, Func<ApiAnswer, bool> wanted) =>
        UntilAsync(() => GetAsync(path), wanted);

    /// <summary>Sends a request again until the answer is as wanted, at most 40 seconds.</summary>
    public async Task<ApiAnswer> UntilAsync(Func<Task<ApiAnswer>> send, Func<ApiAnswer, bool> wanted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(40));
        while (true)
        {
            var answer = await send();
            if (wanted(answer))
            {
                return answer;
            }
            await Task.Delay(20, limit.Token);
        }
    }

    public Task<ApiAnswer> UntilGoneAsync(string path) => UntilAsync(path, a => (int)a.Code == 404);

    public async ValueTask DisposeAsync()
    {
        if (_target.OutlivesTheTests)
        {
            await DeleteAsync(Widgets);
            await DeleteAsync($"api/v1/namespaces/{Namespace}");
        }
    }
}
