using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.NodeAgent.Devices;
using LlmOperator.NodeAgent.Memory;
using LlmOperator.NodeAgent.Peers.Fetching;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Replicas;
using LlmOperator.NodeAgent.Residents;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;
using ApiEngineKind = LlmOperator.Api.V1Alpha1.EngineKind;

namespace LlmOperator.NodeAgent.Nodes;

/// <summary>Creates the node's object when there is none, and keeps its status true.</summary>
[Rbac<LlmNode>("get", "create")]
[Rbac<LlmNode>("patch", Subresource = "status")]
internal sealed partial class NodeReporter(
    IKubernetesClient client,
    NodeAgentOptions options,
    IDeviceInventory inventory,
    EngineCatalog engines,
    ModelStore store,
    IDiskSpace disk,
    DiskHeadroom headroom,
    ModelPuller puller,
    ILister<ModelReplica> replicas,
    MemoryCorrections corrections,
    MemoryTurns turns,
    FetchBoard fetching,
    Func<Uri?> address,
    TimeProvider time,
    ILogger<NodeReporter> logger
) : IRunnable
{
    // Asking the engine starts a process; its devices seldom change.
    private static readonly TimeSpan s_probeInterval = TimeSpan.FromMinutes(1);

    // What a busy machine reads is another number at every look, and each write wakes all watchers.
    private static readonly TimeSpan s_readingsInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_leastInterval = TimeSpan.FromSeconds(1);
    private readonly ILogger _logger = logger;
    private readonly StatusWriter _writer = new(client, WellKnown.NodeAgentFieldManager);
    private readonly Dictionary<string, long> _defaultBudgets = [];
    private long? _probedAt;
    private long? _readAt;
    private int _blobCount;

    // Once said, it holds: the loop goes on until the last replica is drained.
    private volatile bool _isStopping;

    public string Name => "node reporter";

    public bool NeedsLeaderElection => false;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                Task changed = fetching.Look().Changed;
                TimeSpan rest = options.ReportInterval - s_leastInterval;
                await TryReportAsync(isStopping: false, cancellationToken);
                await Task.Delay(s_leastInterval, time, cancellationToken);
                await Task.WhenAny(
                    // What is being pulled is told soon: others wait for it.
                    changed.WaitAsync(cancellationToken),
                    Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, cancellationToken)
                );
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The last word is ReportStoppingAsync's.
        }
    }

    /// <summary>Reads everything and writes the status when it changed.</summary>
    public async Task ReportAsync(bool isStopping, CancellationToken cancellationToken)
    {
        _isStopping |= isStopping;
        LlmNode node = await EnsureNodeAsync(cancellationToken);
        puller.Limit = node.Spec.ParallelPulls;
        await ProbeAsync(cancellationToken);
        NodeObservation seen = await ObserveAsync(cancellationToken);
        LlmNodeStatus status = NodeStatusPlan.Build(node, seen, options, time.GetUtcNow());
        turns.SetBudgets(status.Devices.ToDictionary(device => device.Name, device => device.BudgetBytes));
        await _writer.WriteAsync<LlmNode, LlmNodeSpec, LlmNodeStatus>(node, status, cancellationToken);
        if (!seen.KeepsReadings)
        {
            _readAt = time.GetTimestamp();
        }
    }

    /// <summary>As <see cref="ReportAsync"/>, at the end of the agent; never fails.</summary>
    public async Task TryReportAsync(bool isStopping, CancellationToken cancellationToken)
    {
        try
        {
            await ReportAsync(isStopping, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // The border of the reporter's loop: the next look may go better.
            LogNotReported(error.Message);
        }
    }

    private async Task<LlmNode> EnsureNodeAsync(CancellationToken cancellationToken)
    {
        ObjectKey key = new(null, options.NodeName);
        if (await client.FindAsync<LlmNode>(key, cancellationToken) is { } existing)
        {
            return existing;
        }

        try
        {
            return await client.CreateAsync(
                new LlmNode { Metadata = new ObjectMeta { Name = options.NodeName } },
                new WriteOptions { FieldManager = WellKnown.NodeAgentFieldManager },
                cancellationToken
            );
        }
        catch (KubernetesApiException error) when (error.IsAlreadyExists)
        {
            return await client.GetAsync<LlmNode>(key, cancellationToken);
        }
    }

    private async Task ProbeAsync(CancellationToken cancellationToken)
    {
        if (_probedAt is not { } at || time.GetElapsedTime(at) >= s_probeInterval)
        {
            await engines.ProbeAsync(cancellationToken);
            _probedAt = time.GetTimestamp();
        }
    }

    private async Task<NodeObservation> ObserveAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<DeviceReading> devices = await inventory.ReadAsync(cancellationToken);
        foreach (DeviceReading device in devices)
        {
            // Once: what models use later must not shrink the budget that they were given.
            _defaultBudgets.TryAdd(
                device.Name,
                device.Kind == DeviceKind.Cpu && options.CpuMemoryBudgetBytes is { } told
                    ? told
                    : DeviceBudgets.Default(device)
            );
        }

        IReadOnlyCollection<StoredBlob> blobs = store.Blobs;
        // What a file took is told together with the file.
        bool keepsReadings =
            _readAt is { } at && time.GetElapsedTime(at) < s_readingsInterval && blobs.Count == _blobCount;
        _blobCount = blobs.Count;
        IReadOnlyList<NodeEngine> listed = [.. engines.Engines.Select(Describe)];
        return new NodeObservation
        {
            Devices = devices,
            DefaultBudgets = _defaultBudgets,
            Disk = disk.Measure(store.Folder),
            // It looks at every file of the store.
            RoomBytes = keepsReadings ? null : headroom.Room(),
            Blobs = blobs,
            Fetching = fetching.Look().Entries,
            Engines = listed,
            EngineProblem = listed.Any(engine => engine.Problem is null)
                ? null
                : engines.MissingMessage ?? listed.Select(engine => engine.Problem).FirstOrDefault(),
            Replicas = [.. replicas.List().Where(replica => replica.Spec.NodeName == options.NodeName)],
            Corrections = corrections.List(),
            Address = (options.AdvertisedAddress ?? address())?.ToString().TrimEnd('/'),
            IsStopping = _isStopping,
            KeepsReadings = keepsReadings,
        };
    }

    private NodeEngine Describe(Engines.IEngine engine) =>
        new()
        {
            Name = engine.Name,
            Kind = Enum.Parse<ApiEngineKind>(engine.Kind.ToString()),
            Version = engines.VersionOf(engine),
            Problem = engines.ProblemOf(engine),
        };

    [LoggerMessage(LogLevel.Warning, "The node's status was not written: {Error}")]
    private partial void LogNotReported(string error);
}
