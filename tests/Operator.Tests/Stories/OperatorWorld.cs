using LlmOperator.Api;
using LlmOperator.Api.Schema;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Operator.Tests.Stories;

/// <summary>An embedded API server with our kinds, an operator on it, and agents that behave like real ones.</summary>
internal sealed class OperatorWorld : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly string _directory = Directory.CreateTempSubdirectory("llmop-operator-").FullName;
    private readonly ApiServerFixture _server;
    private readonly KubernetesClient _client;
    private readonly List<FakeAgent> _agents = [];

    private OperatorWorld(ApiServerFixture server)
    {
        _server = server;
        Kubernetes = KubernetesConfiguration.FromKubeconfigText(server.Server.Kubeconfig);
        _client = new KubernetesClient(Kubernetes, TimeProvider.System, null);
        Client = _client;
    }

    public KubernetesConfiguration Kubernetes { get; }

    public IKubernetesClient Client { get; }

    public OperatorPart? Operator { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<OperatorWorld> StartAsync()
    {
        ApiServerFixture server = await ApiServerFixture.StartAsync(
            CrdManifests.All.Select(crd => KubernetesYaml.Write(crd)),
            Token
        );
        OperatorWorld world = new(server);
        await world.Client.ApplyAsync(
            new Namespace { Metadata = new ObjectMeta { Name = WellKnown.SystemNamespace } },
            new ApplyOptions { FieldManager = "test" },
            Token
        );
        return world;
    }

    /// <summary>Starts an operator; the last one is stopped first.</summary>
    public async Task StartOperatorAsync(OperatorOptions? options = null, IKubernetesClient? client = null)
    {
        await StopOperatorAsync();
        Operator = OperatorHost.Create(
            (options ?? new OperatorOptions()) with
            {
                AllowFileSources = true,
                LeaderElection = false,
            },
            client ?? Client,
            owned: null,
            NullLoggerFactory.Instance,
            TimeProvider.System
        );
        await Operator.StartAsync(Token);
    }

    public async Task StopOperatorAsync()
    {
        if (Operator is { } running)
        {
            Operator = null;
            await running.DisposeAsync();
        }
    }

    /// <summary>Starts an agent for a node with a budget of RAM and of GPUs, in MiB.</summary>
    public async Task<FakeAgent> AddNodeAsync(string name, long cpuMiB, params long[] gpuMiB)
    {
        FakeAgent agent = await FakeAgent.StartAsync(Client, name, cpuMiB, gpuMiB, Token);
        _agents.Add(agent);
        return agent;
    }

    /// <summary>A model file with a sound header and no data; about 4 MiB for each unit of width 256.</summary>
    public string ModelFile(string name, ModelShape? shape = null)
    {
        string path = Path.Combine(_directory, name + ".gguf");
        ModelShapes.WriteSparse(shape ?? new ModelShape(), path);
        return path;
    }

    public string File(string name) => Path.Combine(_directory, name);

    public Task<LlmModel> ApplyAsync(string name, LlmModelSpec spec) =>
        ApplyAsync(
            new LlmModel
            {
                Metadata = new ObjectMeta { Name = name, Namespace = "default" },
                Spec = spec,
            }
        );

    public Task<T> ApplyAsync<T>(T obj)
        where T : KubernetesObject =>
        Client.ApplyAsync(obj, new ApplyOptions { FieldManager = "test", Force = true }, Token);

    public Task<LlmModel> GetAsync(string name) =>
        Client.GetAsync<LlmModel>(new ObjectKey("default", name), Token);

    public async Task<IReadOnlyList<ModelReplica>> ReplicasAsync() =>
        [
            .. (await Client.ListAsync<ModelReplica>(new ListOptions(), Token)).Items.OrderBy(r =>
                r.Spec.NodeName
            ),
        ];

    /// <summary>Waits until a model's condition has a status and a reason, for the present generation.</summary>
    public Task<LlmModel> WaitAsync(string model, string condition, ConditionStatus status, string reason) =>
        WaitAsync(
            model,
            m =>
                m.Status?.Conditions.Find(condition) is { } found
                && found.Status == status
                && found.Reason == reason
                && m.Status.ObservedGeneration == m.Metadata.Generation,
            $"{condition}={status} {reason}"
        );

    public Task<LlmModel> WaitAsync(string model, Func<LlmModel, bool> holds, string what) =>
        WaitAsync(() => GetAsync(model), holds, $"{model}: {what}");

    /// <summary>Waits for an event with a reason whose note contains a text.</summary>
    public Task WaitForEventAsync(string reason, string text) =>
        WaitAsync(
            async () => (await Client.ListAsync<KubernetesEvent>(new ListOptions(), Token)).Items,
            events => events.Any(e => e.Reason == reason && e.Note!.Contains(text, StringComparison.Ordinal)),
            $"event {reason}: {text}"
        );

    public Task<IReadOnlyList<ModelReplica>> WaitForReplicasAsync(
        Func<IReadOnlyList<ModelReplica>, bool> holds,
        string what
    ) => WaitAsync(ReplicasAsync, holds, what);

    public static async Task<T> WaitAsync<T>(Func<Task<T>> look, Func<T, bool> holds, string what)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            T seen = await look();
            if (holds(seen))
            {
                return seen;
            }

            if (TimeProvider.System.GetElapsedTime(start) > s_limit)
            {
                throw new TimeoutException(
                    $"Not within {s_limit.TotalSeconds} s: {what}. Last seen: {System.Text.Json.JsonSerializer.Serialize(seen, KubernetesJson.Options)}"
                );
            }

            await Task.Delay(20, Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopOperatorAsync();
        foreach (FakeAgent agent in _agents)
        {
            await agent.DisposeAsync();
        }

        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }
}
