using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using LlmOperator.Api;
using LlmOperator.Api.Schema;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Models.Sources;
using LlmOperator.Operator;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Kubernetes;
using Microsoft.Extensions.Logging;
using ModelSource = LlmOperator.Api.V1Alpha1.ModelSource;

namespace LlmOperator.Distribution;

/// <summary>One model to all nodes, once; prints a row of the table.</summary>
internal sealed class FleetRun(RunOptions options) : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(8);
    private readonly Dictionary<int, Process> _agents = [];
    private readonly HttpClient _http = new();
    private Process? _source;
    private KubernetesClient? _client;

    private string Kubeconfig => Path.Combine(options.Folder, "kubeconfig");

    private string ModelPath => Path.Combine(options.Folder, "model.gguf");

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        string digest = await WriteModelAsync(cancellationToken);
        await using ApiServerFixture server = await ApiServerFixture.StartAsync(
            CrdManifests.All.Select(crd => KubernetesYaml.Write(crd)),
            cancellationToken
        );
        await File.WriteAllTextAsync(Kubeconfig, server.Server.Kubeconfig, cancellationToken);
        await using TcpRelay relay = new(
            new IPEndPoint(IPAddress.Parse(Network.Hub), Network.ApiPort),
            new IPEndPoint(IPAddress.Loopback, server.Server.Url.Port)
        );
        KubernetesConfiguration configuration = KubernetesConfiguration.FromKubeconfigText(
            server.Server.Kubeconfig
        );
        _client = new KubernetesClient(configuration, TimeProvider.System);
        await using FleetRun self = this;
        await _client.CreateAsync(
            new Namespace { Metadata = new ObjectMeta { Name = WellKnown.SystemNamespace } },
            new WriteOptions { FieldManager = "bench" },
            cancellationToken
        );
        using ILoggerFactory loggers = LoggerFactory.Create(_ => { });
        await using IHostedPart controller = OperatorHost.Create(
            new OperatorOptions
            {
                LeaderElection = false,
                Sources = new SourceSettings
                {
                    AllowPlainHttpHosts = [Network.SourceAddress],
                    AllowPrivateHosts = [Network.SourceAddress],
                },
            },
            configuration,
            loggers,
            TimeProvider.System
        );
        await controller.StartAsync(cancellationToken);
        _source = Spawn(Network.SourceSpace, "source", ["source", ModelPath]);
        for (int node = 1; node <= options.Nodes; node++)
        {
            StartAgent(node, options.Story == "wrong" && node == options.Nodes ? ["corrupt"] : []);
        }

        await UntilAsync(
            async () => (await NodesAsync()).Count(IsReady) == options.Nodes,
            "all nodes report"
        );
        long before = await GivenAsync();
        long start = TimeProvider.System.GetTimestamp();
        long startedAt = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await ApplyAsync(digest, cancellationToken);
        HashSet<string> gone = [];
        await PlayAsync(gone);
        Dictionary<string, TimeSpan> stored = [];
        await UntilAsync(
            async () =>
            {
                foreach (ModelReplica replica in await ReplicasAsync())
                {
                    if (replica.Status?.Conditions.IsTrue(ModelReplicaConditions.Stored) == true)
                    {
                        stored.TryAdd(replica.Spec.NodeName, TimeProvider.System.GetElapsedTime(start));
                    }
                }

                return Wanted(gone).All(stored.ContainsKey);
            },
            "all nodes have the model"
        );
        await PrintAsync(stored, before, startedAt);
        return 0;
    }

    public ValueTask DisposeAsync()
    {
        foreach (Process process in _agents.Values.Append(_source!))
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            process.Dispose();
        }

        _client?.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private static bool IsReady(LlmNode node) =>
        node.Status?.Conditions.IsTrue(LlmNodeConditions.Ready) == true;

    // What happens on the way.
    private async Task PlayAsync(HashSet<string> gone)
    {
        switch (options.Story)
        {
            case "late":
                await UntilShareAsync(Network.NameOf(1), 0.5);
                StartAgent(options.Nodes + 1, []);
                break;
            case "dies":
                string victim = await OtherThanSeederAsync();
                await UntilShareAsync(victim, 0.5);
                Kill(victim, gone);
                break;
            case "seeder-dies":
                string seeder = (await ReplicasWithSeedersAsync())[0].Spec.Seeders![0];
                await UntilShareAsync(seeder, 0.5);
                Kill(seeder, gone);
                break;
            case "source-dies":
                // All bytes are out when the source has given the file once and the seeder has it.
                string first = (await ReplicasWithSeedersAsync())[0].Spec.Seeders![0];
                await UntilShareAsync(first, 1);
                IReadOnlyList<double> shares = [.. (await ReplicasAsync()).Select(ShareOf).Order()];
                await _http.GetStringAsync(SourceUri("die"));
                await Console.Error.WriteLineAsync(
                    $"the source died when nodes had {string.Join(' ', shares.Select(s => s.ToString("P0", CultureInfo.InvariantCulture)))}"
                );
                break;
        }
    }

    private IEnumerable<string> Wanted(HashSet<string> gone) =>
        _agents.Keys.Select(Network.NameOf).Where(node => !gone.Contains(node));

    private void Kill(string node, HashSet<string> gone)
    {
        int number = _agents.Keys.Single(n => Network.NameOf(n) == node);
        _agents[number].Kill(entireProcessTree: true);
        gone.Add(node);
    }

    private async Task<string> OtherThanSeederAsync()
    {
        ModelReplica any = (await ReplicasWithSeedersAsync())[0];
        return _agents.Keys.Select(Network.NameOf).First(name => !any.Spec.Seeders!.Contains(name));
    }

    private async Task<IReadOnlyList<ModelReplica>> ReplicasWithSeedersAsync()
    {
        IReadOnlyList<ModelReplica> replicas = [];
        await UntilAsync(
            async () =>
                (replicas = await ReplicasAsync()).Count == options.Nodes
                && replicas.All(r => r.Spec.Seeders is { Count: > 0 }),
            "seeders are named"
        );
        return replicas;
    }

    private static double ShareOf(ModelReplica replica) =>
        replica.Status?.Pull is { TotalBytes: > 0 } pull ? pull.CompletedBytes / (double)pull.TotalBytes : 0;

    private Task UntilShareAsync(string node, double share) =>
        UntilAsync(
            async () => (await ReplicasAsync()).Any(r => r.Spec.NodeName == node && ShareOf(r) >= share),
            $"{node} has {share:P0}"
        );

    private async Task PrintAsync(Dictionary<string, TimeSpan> stored, long before, long startedAt)
    {
        long bytes = new FileInfo(ModelPath).Length;
        // The late node has its own bound: it is told apart.
        string late = Network.NameOf(options.Nodes + 1);
        double seconds = stored.Where(s => s.Key != late).Max(s => s.Value.TotalSeconds);
        double slowest = options.SlowNodes > 0 ? 0.6 : 1;
        double bound = bytes / (options.Rate * slowest);
        // Inspection, placement and the naming of seeders.
        double first = (await NumberAsync("begun") - startedAt) / 1e3;
        long requests = await NumberAsync("requests");
        double copies = (await GivenAsync() - before) / (double)bytes;
        string extra = stored.TryGetValue(late, out TimeSpan own)
            ? string.Create(CultureInfo.InvariantCulture, $" (late node: {own.TotalSeconds:0.0} s)")
            : "";
        foreach ((string node, TimeSpan at) in stored.OrderBy(s => s.Value))
        {
            await Console.Error.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"{node} stored after {at.TotalSeconds:0.0} s")
            );
        }

        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {options.Story} | {options.Nodes} | {bytes / 1e6:0} MB | {options.Rate / 1e6:0.#} MB/s | {bound:0.0} s | {first:0.0} s | {seconds:0.0} s{extra} | {seconds / bound:0.00} | {(seconds - first) / bound:0.00} | {copies:0.00} | {requests} |"
            )
        );
    }

    private async Task<string> WriteModelAsync(CancellationToken cancellationToken)
    {
        const long LayerBytes = 58L << 20;
        ModelShape shape = new()
        {
            Embedding = 1024,
            Heads = 16,
            KvHeads = 4,
            HeadLength = 64,
            FeedForward = 4096,
            Layers = (int)Math.Max(1, options.Bytes / LayerBytes),
        };
        ModelShapes.WriteSparse(shape, ModelPath);
        Random random = new(1);
        byte[] buffer = new byte[1 << 20];
        await using FileStream file = new(ModelPath, FileMode.Open, FileAccess.ReadWrite);
        for (file.Position = 1 << 20; file.Position < file.Length; )
        {
            random.NextBytes(buffer);
            await file.WriteAsync(
                buffer.AsMemory(0, (int)Math.Min(buffer.Length, file.Length - file.Position)),
                cancellationToken
            );
        }

        file.Position = 0;
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }

    private Task<LlmModel> ApplyAsync(string digest, CancellationToken cancellationToken) =>
        _client!.ApplyAsync(
            new LlmModel
            {
                Metadata = new ObjectMeta { Name = "model", Namespace = "default" },
                Spec = new LlmModelSpec
                {
                    Source = new ModelSource
                    {
                        Http = new HttpModelSource
                        {
                            Url = SourceUri("model.gguf").ToString(),
                            Sha256 = digest,
                        },
                    },
                    Context = new ContextRange { Preferred = 1024, Minimum = 512 },
                    Placement = new ModelPlacement { Mode = PlacementMode.EveryNode },
                },
            },
            new ApplyOptions { FieldManager = "bench", Force = true },
            cancellationToken
        );

    private static Uri SourceUri(string path) =>
        new($"http://{Network.SourceAddress}:{Network.SourcePort}/{path}");

    private Task<long> GivenAsync() => NumberAsync("given");

    private async Task<long> NumberAsync(string path)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return long.Parse(await _http.GetStringAsync(SourceUri(path)), CultureInfo.InvariantCulture);
            }
            catch (HttpRequestException) when (attempt < 100)
            {
                await Task.Delay(100);
            }
        }
    }

    private async Task<IReadOnlyList<ModelReplica>> ReplicasAsync() =>
        (await _client!.ListAsync<ModelReplica>(new ListOptions(), CancellationToken.None)).Items;

    private async Task<IReadOnlyList<LlmNode>> NodesAsync() =>
        (await _client!.ListAsync<LlmNode>(new ListOptions(), CancellationToken.None)).Items;

    private void StartAgent(int node, string[] how) =>
        _agents[node] = Spawn(
            Network.SpaceOf(node),
            Network.NameOf(node),
            [
                "agent",
                node.ToString(CultureInfo.InvariantCulture),
                Path.Combine(options.Folder, Network.NameOf(node)),
                Kubeconfig,
                options.UnitBytes.ToString(CultureInfo.InvariantCulture),
                .. how,
            ]
        );

    private Process Spawn(string space, string log, string[] arguments)
    {
        ProcessStartInfo start = new("/bin/sh") { UseShellExecute = false };
        string[] all =
        [
            "-c",
            """log=$1; shift; exec ip netns exec "$@" >>"$log" 2>&1 </dev/null""",
            "sh",
            Path.Combine(options.Folder, log + ".log"),
            space,
            Environment.ProcessPath!,
            typeof(FleetRun).Assembly.Location,
            .. arguments,
        ];
        foreach (string argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        // Many agents on a small machine: each is content with little.
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        return Process.Start(start)!;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(start) > s_limit)
            {
                throw new TimeoutException($"Not within {s_limit.TotalMinutes} minutes: {what}.");
            }

            await Task.Delay(100);
        }
    }
}
