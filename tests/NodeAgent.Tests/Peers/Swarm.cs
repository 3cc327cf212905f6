using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.NodeAgent.Peers.Fetching;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.NodeAgent.Tests.Peers;

/// <summary>Agents of several nodes on an embedded API server, and an origin with the uplink of one of them.</summary>
internal sealed class Swarm : IAsyncDisposable
{
    public const int BytesPerSecond = 1 << 20;
    private readonly ApiServerFixture _server;
    private readonly KubernetesConfiguration _kubernetes;
    private readonly KubernetesClient _client;
    private readonly string _folder = Directory.CreateTempSubdirectory("llmop-swarm-").FullName;

    private Swarm(ApiServerFixture server, SwarmOrigin origin)
    {
        (_server, Origin) = (server, origin);
        _kubernetes = KubernetesConfiguration.FromKubeconfigText(server.Server.Kubeconfig);
        _client = new KubernetesClient(_kubernetes, TimeProvider.System);
    }

    public SwarmOrigin Origin { get; }

    public List<SwarmNode> Nodes { get; } = [];

    public PeerOptions Options { get; init; } =
        new()
        {
            ShareFor = TimeSpan.FromSeconds(0.5),
            OriginAfter = TimeSpan.FromSeconds(20),
            Rest = TimeSpan.FromSeconds(0.5),
        };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<Swarm> StartAsync(int nodes, PeerOptions? options = null)
    {
        string crds = Path.Combine(EngineFixture.RepositoryRoot, "deploy", "crds");
        ApiServerFixture server = await ApiServerFixture.StartAsync(
            Directory.EnumerateFiles(crds, "*.yaml").Select(File.ReadAllText),
            Token
        );
        Swarm swarm = new(server, await SwarmOrigin.StartAsync(BytesPerSecond));
        swarm = options is null ? swarm : new Swarm(server, swarm.Origin) { Options = options };
        await swarm._client.CreateAsync(
            new Namespace { Metadata = new ObjectMeta { Name = WellKnown.NodeLeaseNamespace } },
            new WriteOptions { FieldManager = "test" },
            Token
        );
        for (int node = 1; node <= nodes; node++)
        {
            await swarm.AddNodeAsync();
        }

        return swarm;
    }

    public async Task<SwarmNode> AddNodeAsync()
    {
        SwarmNode node = await SwarmNode.StartAsync(
            $"n{Nodes.Count + 1}",
            _kubernetes,
            _folder,
            BytesPerSecond,
            Options
        );
        Nodes.Add(node);
        return node;
    }

    /// <summary>As the operator does: binds the model to a node and names who seeds.</summary>
    public Task WantAsync(SwarmNode node, params string[] seeders) =>
        _client.ApplyAsync(
            new ModelReplica
            {
                Metadata = new ObjectMeta
                {
                    Name = node.Name,
                    Namespace = "default",
                    Labels = new Dictionary<string, string> { [WellKnown.NodeLabel] = node.Name },
                },
                Spec = new ModelReplicaSpec
                {
                    ModelName = "m",
                    NodeName = node.Name,
                    Seeders = seeders,
                    Artifact = new ModelArtifact
                    {
                        Variant = "default",
                        Source = new ModelSource
                        {
                            Http = new HttpModelSource { Url = Origin.Url.ToString() },
                        },
                        Digest = Origin.Digest.ToString(),
                        SizeBytes = Origin.Content.Length,
                    },
                },
            },
            new ApplyOptions { FieldManager = "test", Force = true },
            Token
        );

    /// <summary>Waits until something holds; fails after a minute with the nodes' statuses.</summary>
    public async Task UntilAsync(Func<bool> holds, string what)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromMinutes(1))
            {
                throw new TimeoutException(
                    $"{what}: {string.Join("\n\n", await Task.WhenAll(Nodes.Select(StatusAsync)))}"
                );
            }

            await Task.Delay(20, Token);
        }
    }

    public bool IsStored(SwarmNode node) => node.Store.Find(Origin.Digest) is not null;

    public Task UntilStoredAsync(params SwarmNode[] nodes) =>
        UntilAsync(() => nodes.All(IsStored), "All have the model");

    /// <summary>Share of the file that a node has.</summary>
    public double ShareOf(SwarmNode node)
    {
        if (IsStored(node))
        {
            return 1;
        }

        using var view = node.Core.Peers.Partials.Open(Origin.Digest);
        int count = view is null ? 1 : (int)((view.SizeBytes - 1) / view.UnitBytes) + 1;
        return view is null ? 0 : Enumerable.Range(0, count).Count(view.Has) / (double)count;
    }

    /// <summary>Whether the nodes have all bytes together.</summary>
    public bool HaveAllTogether(params SwarmNode[] nodes)
    {
        IPartialView?[] views = [.. nodes.Select(n => n.Core.Peers.Partials.Open(Origin.Digest))];
        try
        {
            return nodes.Any(IsStored)
                || (
                    views.OfType<IPartialView>().FirstOrDefault() is { } any
                    && Enumerable
                        .Range(0, (int)((any.SizeBytes - 1) / any.UnitBytes) + 1)
                        .All(unit => views.Any(view => view?.Has(unit) == true))
                );
        }
        finally
        {
            foreach (IPartialView? view in views)
            {
                view?.Dispose();
            }
        }
    }

    /// <summary>A node that says that it has the file, and gives other bytes.</summary>
    public async Task<LyingNode> AddLiarAsync(bool vouches = false)
    {
        LyingNode liar = await LyingNode.StartAsync("liar", Origin.Content, vouches);
        LlmNode node = await _client.CreateAsync(
            new LlmNode { Metadata = new ObjectMeta { Name = liar.Name } },
            new WriteOptions { FieldManager = "test" },
            Token
        );
        await new StatusWriter(_client, "test").WriteAsync<LlmNode, LlmNodeSpec, LlmNodeStatus>(
            node,
            new LlmNodeStatus
            {
                Address = liar.Address.ToString(),
                Models =
                [
                    new StoredModel { Digest = Origin.Digest.ToString(), SizeBytes = Origin.Content.Length },
                ],
            },
            Token
        );
        return liar;
    }

    /// <summary>Messages of the events of a reason.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync(string reason) =>
        [
            .. (await _client.ListAsync<KubernetesEvent>(new ListOptions(), Token))
                .Items.Where(e => e.Reason == reason)
                .Select(e => e.Note ?? ""),
        ];

    public async Task<ModelReplica> ReplicaAsync(SwarmNode node) =>
        await _client.GetAsync<ModelReplica>(new ObjectKey("default", node.Name), Token);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Nodes.Select(node => node.DisposeAsync().AsTask()));
        await Origin.DisposeAsync();
        _client.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> StatusAsync(SwarmNode node)
    {
        ModelReplica? replica = await _client.FindAsync<ModelReplica>(
            new ObjectKey("default", node.Name),
            Token
        );
        return $"{node.Name} {ShareOf(node):P0} {replica?.Status?.Pull} {replica?.Status?.Conditions.Find("Stored")?.Message}\n{node.Log}";
    }
}
