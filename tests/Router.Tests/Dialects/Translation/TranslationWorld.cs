using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Dialects.Translation;

/// <summary>A router with one model whose replica answers by a script, and a client that posts.</summary>
internal sealed class TranslationWorld : IAsyncDisposable
{
    private readonly RunningRouter _router;

    private TranslationWorld(ScriptedUpstream upstream, RunningRouter router) =>
        (Upstream, _router) = (upstream, router);

    public ScriptedUpstream Upstream { get; }

    public HttpClient Http => _router.Http;

    public static async Task<TranslationWorld> StartAsync(ScriptedUpstream upstream) =>
        new(upstream, await RunningRouter.StartAsync(new World().Model("small", upstream.Address)));

    /// <summary>A router whose name "small" is answered by a provider of a dialect.</summary>
    public static async Task<TranslationWorld> StartAsync(ProviderDialect dialect, ScriptedUpstream upstream)
    {
        RouteTarget target = new() { Provider = "cloud", Model = "large" };
        World world = new World()
            .Secret("key", "token", "provider-key-of-tests")
            .Provider(
                "cloud",
                dialect,
                upstream.Address,
                new SecretKeyReference { Name = "key", Key = "token" }
            )
            .Role("small", new WorkerRoleSpec { Targets = [target] });
        return new TranslationWorld(upstream, await RunningRouter.StartAsync(world));
    }

    /// <summary>What the target got, as JSON.</summary>
    public JsonObject Asked()
    {
        string request = Assert.Single(Upstream.Requests);
        return JsonNode
            .Parse(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..])!
            .AsObject();
    }

    public async Task<(HttpResponseMessage Answer, string Text)> PostAsync(string path, string body)
    {
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        HttpResponseMessage answer = await Http.PostAsync(
            path,
            content,
            TestContext.Current.CancellationToken
        );
        return (answer, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await _router.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}
