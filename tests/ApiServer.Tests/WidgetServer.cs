using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests;

/// <summary>A server with the CRD of <c>Data/widgets.yaml</c>, spoken to in raw HTTP and JSON.</summary>
internal sealed class WidgetServer : IAsyncDisposable
{
    public const string Widgets = "apis/test.llmoperator.dev/v1alpha1/namespaces/default/widgets";
    public const string AllWidgets = "apis/test.llmoperator.dev/v1alpha1/widgets";
    public const string ConfigMaps = "api/v1/namespaces/default/configmaps";

    private readonly ApiServerFixture _fixture;

    private WidgetServer(ApiServerFixture fixture) => _fixture = fixture;

    public static string CrdYaml =>
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "widgets.yaml"));

    public EmbeddedApiServer Server => _fixture.Server;

    public HttpClient Client => _fixture.Client;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<WidgetServer> StartAsync(ApiServerOptions? options = null) =>
        new(await ApiServerFixture.StartAsync([CrdYaml], Cancellation, options));

    /// <summary>Speaks to a server that a test set up otherwise.</summary>
    public static WidgetServer Over(ApiServerFixture fixture) => new(fixture);

    public static JsonObject Widget(string name, string spec = """{"size":"Small"}""") =>
        new()
        {
            ["apiVersion"] = "test.llmoperator.dev/v1alpha1",
            ["kind"] = "Widget",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = JsonNode.Parse(spec),
        };

    public static JsonObject ConfigMap(string name, string data = "{}") =>
        new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["data"] = JsonNode.Parse(data),
        };

    public Task<ApiAnswer> GetAsync(string path, string? accept = null) =>
        SendAsync(HttpMethod.Get, path, null, "application/json", accept);

    public Task<ApiAnswer> PostAsync(string path, JsonNode body) => SendAsync(HttpMethod.Post, path, body);

    public Task<ApiAnswer> PutAsync(string path, JsonNode body) => SendAsync(HttpMethod.Put, path, body);

    public Task<ApiAnswer> DeleteAsync(string path, string? options = null) =>
        SendAsync(HttpMethod.Delete, path, options is null ? null : JsonNode.Parse(options));

    public Task<ApiAnswer> MergeAsync(string path, string patch) =>
        SendAsync(HttpMethod.Patch, path, JsonNode.Parse(patch), "application/merge-patch+json");

    public Task<ApiAnswer> JsonPatchAsync(string path, string patch) =>
        SendAsync(HttpMethod.Patch, path, JsonNode.Parse(patch), "application/json-patch+json");

    public Task<ApiAnswer> ApplyAsync(string path, string manager, JsonNode body, bool force = false) =>
        SendAsync(
            HttpMethod.Patch,
            $"{path}{(path.Contains('?') ? '&' : '?')}fieldManager={manager}&force={(force ? "true" : "false")}",
            body,
            "application/apply-patch+yaml"
        );

    public async Task<ApiAnswer> SendAsync(
        HttpMethod method,
        string path,
        JsonNode? body,
        string contentType = "application/json",
        string? accept = null
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToJsonString()));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }
        using var response = await Client.SendAsync(request, Cancellation);
        return await ApiAnswer.ReadAsync(response, Cancellation);
    }

    /// <summary>Begins a watch; the caller disposes it.</summary>
    public Task<WatchReader> WatchAsync(string path, string query = "") =>
        WatchReader.StartAsync(Client, $"{path}?watch=true{query}", Cancellation);

    /// <summary>Asks again until the answer is as wanted, at most 20 seconds.</summary>
    public async Task<ApiAnswer> UntilAsync(string path, Func<ApiAnswer, bool> wanted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (true)
        {
            var answer = await GetAsync(path);
            if (wanted(answer))
            {
                return answer;
            }
            await Task.Delay(20, limit.Token);
        }
    }

    public Task<ApiAnswer> UntilGoneAsync(string path) =>
        UntilAsync(path, a => a.Code == HttpStatusCode.NotFound);

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
