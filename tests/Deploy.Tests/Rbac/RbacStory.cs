using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Controllers.Hosting;
using LlmOperator.NodeAgent;
using LlmOperator.Operator;
using LlmOperator.Router;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Registries;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Deploy.Tests.Rbac;

/// <summary>
/// Operator, agent and router, each behind a proxy that keeps its requests, go through what happens in a cluster: a
/// model with a token, a provider with a key, an engine that dies, a node that is lost and removed.
/// </summary>
internal sealed class RbacStory(EngineFixture engine, StoryServer server) : IAsyncDisposable
{
    public const string OwnNamespace = "llm-system";
    public const string Node = "node-a";
    private const string Model = "apis/llmoperator.dev/v1alpha1/namespaces/default/llmmodels/tiny";
    private const string Nodes = "apis/llmoperator.dev/v1alpha1/llmnodes";
    private const string Replicas = "apis/llmoperator.dev/v1alpha1/namespaces/default/modelreplicas";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly Dictionary<Component, RecordingProxy> _proxies = [];
    private readonly Stack<IAsyncDisposable> _owned = new();
    private RegistryStandIn? _registry;

    public IReadOnlyCollection<ApiRequest> RequestsOf(Component component) => _proxies[component].Requests;

    /// <summary>What the server refused to the component as forbidden.</summary>
    public IReadOnlyCollection<ApiRequest> RefusalsOf(Component component) => _proxies[component].Refusals;

    private RegistryStandIn Registry =>
        _registry ?? throw new InvalidOperationException("Play was not called.");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async Task PlayAsync()
    {
        await PrepareAsync();
        IHostedPart leader = NewOperator(TimeSpan.FromSeconds(60));
        await StartAsync(leader);
        IHostedPart agent = NodeAgentHost.Create(
            new NodeAgentOptions
            {
                NodeName = Node,
                DataDirectory = engine.NewFolder(),
                ServingToken = "0123456789abcdef",
                EngineCommand = engine.Command.FileName,
                SourceSettings = Registry.Settings,
                ReportInterval = TimeSpan.FromSeconds(1),
            },
            _proxies[Component.NodeAgent].Configuration,
            NullLoggerFactory.Instance,
            TimeProvider.System
        );
        _proxies[Component.NodeAgent].ConflictOnce(r => r is { Verb: "patch", Resource: "modelreplicas" });
        await StartAsync(agent);
        IHostedPart router = RouterHost.Create(
            new RouterOptions { ListenAddress = new IPEndPoint(IPAddress.Loopback, 0) },
            _proxies[Component.Router].Configuration,
            NullLoggerFactory.Instance,
            TimeProvider.System
        );
        await StartAsync(router);
        await UntilAsync(
            "the node has its machine's zone",
            async () =>
                (await GetAsync(Nodes))["items"]!
                    .AsArray()
                    .Any(n =>
                        (string?)n!["metadata"]!["labels"]?[StoryObjects.ZoneLabel] == StoryObjects.Zone
                    )
        );
        await ApplyAsync(Model, StoryObjects.Model);
        await UntilAsync("the model is ready", async () => IsReady(await GetAsync(Model)));
        await AskAsync(router);
        await KillEngineAsync();
        await LoseNodeAsync(leader, agent);
    }

    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out IAsyncDisposable? owned))
        {
            await owned.DisposeAsync();
        }
    }

    private async Task PrepareAsync()
    {
        _registry = await RegistryStandIn.StartAsync(Token);
        _owned.Push(_registry);
        _registry.HuggingFace.Add("some/tiny", "tiny.gguf", RegistryContent.FromFile(engine.TinyModelPath));
        foreach (Component component in Component.All)
        {
            _proxies[component] = await RecordingProxy.StartAsync(server.ClientOf(component), Token);
            _owned.Push(_proxies[component]);
        }

        foreach ((string path, string yaml) in StoryObjects.Before)
        {
            await ApplyAsync(path, yaml);
        }
    }

    // What it reserves is a new ledger, what it charges a change of it. Whether the answer comes is not the question here.
    private async Task AskAsync(IHostedPart router)
    {
        using HttpClient http = new() { BaseAddress = router.Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            StoryObjects.RouterKey
        );
        using StringContent question = new(
            """{"model":"tiny","max_tokens":4,"messages":[{"role":"user","content":"Hello"}]}""",
            Encoding.UTF8,
            "application/json"
        );
        using HttpResponseMessage answer = await http.PostAsync("v1/chat/completions", question, Token);
        await UntilAsync(
            "the router has written what was spent",
            () =>
                Task.FromResult(
                    RequestsOf(Component.Router).Any(r => r is { Verb: "update", Resource: "budgetledgers" })
                )
        );
    }

    // Its second start is the second event of its kind: a series, which is a patch.
    private async Task KillEngineAsync()
    {
        JsonNode replica = await FirstReplicaAsync();
        int process = (int)replica["status"]!["process"]!["processId"]!;
        System.Diagnostics.Process.GetProcessById(process).Kill();
        await UntilAsync(
            "the engine runs again",
            async () =>
                await FirstReplicaAsync() is { } now
                && IsReady(now)
                && (int?)now["status"]!["process"]?["processId"] is { } other
                && other != process
        );
        await UntilAsync(
            "the agent and the operator have told it",
            () =>
                Task.FromResult(
                    RequestsOf(Component.NodeAgent).Any(IsEventPatch)
                        && RequestsOf(Component.Operator).Any(IsEventPatch)
                )
        );
    }

    private async Task LoseNodeAsync(IHostedPart leader, IHostedPart agent)
    {
        await agent.StopAsync(Token);
        await leader.StopAsync(Token);
        await StartAsync(NewOperator(TimeSpan.FromSeconds(2)));
        await UntilAsync(
            "the node is lost",
            async () => ReadyReason(await GetAsync($"{Nodes}/{Node}")) == "AgentLost"
        );
        await UntilAsync(
            "its replica is lost",
            async () => ReadyReason(await FirstReplicaAsync()) == "AgentLost"
        );
        _proxies[Component.Operator]
            .ConflictOnce(r => r is { Verb: "patch", Resource: "modelreplicas", Name: not null });
        using HttpResponseMessage deleted = await server.Admin.DeleteAsync($"{Nodes}/{Node}", Token);
        deleted.EnsureSuccessStatusCode();
        await UntilAsync(
            "the replica is gone",
            async () => (await GetAsync(Replicas))["items"]!.AsArray().Count == 0
        );
    }

    private IHostedPart NewOperator(TimeSpan lostAfter) =>
        OperatorHost.Create(
            new OperatorOptions
            {
                Sources = Registry.Settings,
                NodeLostAfter = lostAfter,
                LeaseNamespace = OwnNamespace,
            },
            _proxies[Component.Operator].Configuration,
            NullLoggerFactory.Instance,
            TimeProvider.System
        );

    private async Task StartAsync(IHostedPart part)
    {
        _owned.Push(part);
        await part.StartAsync(Token);
    }

    private async Task ApplyAsync(string path, string yaml)
    {
        using StringContent content = new(yaml, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/apply-patch+yaml");
        using HttpResponseMessage answer = await server.Admin.PatchAsync(
            $"{path}?fieldManager=test",
            content,
            Token
        );
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    private async Task<JsonNode> GetAsync(string path) =>
        JsonNode.Parse(await server.Admin.GetStringAsync(path, Token))!;

    private async Task<JsonNode> FirstReplicaAsync() => (await GetAsync(Replicas))["items"]![0]!;

    private static bool IsEventPatch(ApiRequest request) => request is { Verb: "patch", Resource: "events" };

    private static bool IsReady(JsonNode obj) => (string?)Ready(obj)?["status"] == "True";

    private static string? ReadyReason(JsonNode obj) => (string?)Ready(obj)?["reason"];

    private static JsonNode? Ready(JsonNode obj) =>
        (obj["status"]?["conditions"] as JsonArray)?.FirstOrDefault(c => (string?)c!["type"] == "Ready");

    private async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(start) > s_limit)
            {
                var refused = _proxies.SelectMany(p => p.Value.Refusals.Select(r => $"{p.Key}: {r}"));
                Assert.Fail($"Not in time: {what}. Refused: {string.Join("; ", refused)}");
            }

            await Task.Delay(50, Token);
        }
    }
}
