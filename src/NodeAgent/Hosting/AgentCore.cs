using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Events;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Devices;
using LlmOperator.NodeAgent.Memory;
using LlmOperator.NodeAgent.Nodes;
using LlmOperator.NodeAgent.Peers;
using LlmOperator.NodeAgent.Peers.Fetching;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Replicas;
using LlmOperator.NodeAgent.Residents;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Hosting;

/// <summary>All of an agent but its serving port.</summary>
[Rbac<ModelReplica>("list", "watch")]
[Rbac<KubernetesEvent>("create", "patch")]
[Rbac<CoreEvent>("create", "patch")]
internal sealed class AgentCore : IAsyncDisposable
{
    private static readonly TimeSpan s_lastReportLimit = TimeSpan.FromSeconds(5);
    private readonly CancellationTokenSource _stop = new();
    private readonly ControllerManager _manager;
    private readonly GuardedHttp _http;
    private readonly NvmlLibrary _nvml = new();
    private readonly ModelPuller _puller;
    private readonly ReplicaReconciler _replicas;
    private readonly NodeReporter _reporter;
    private readonly TimeProvider _time;
    private Uri? _address;

    public AgentCore(
        NodeAgentOptions options,
        IKubernetesClient client,
        ModelStore store,
        IDiskSpace disk,
        PullOptions pulling,
        ILoggerFactory loggers,
        TimeProvider time,
        Random random,
        EngineCatalog? otherEngines = null,
        IDeviceInventory? otherDevices = null,
        PeerOptions? otherPeers = null
    )
    {
        _time = time;
        options = options with
        {
            SourceSettings = ConfiguredMirror.Allow(options.SourceSettings, options.Mirror),
        };
        EngineSetup.RemoveLeftovers(options.RunDirectory);
        EngineCatalog engines = otherEngines ?? EngineSetup.Create(options, loggers, time);
        _http = new GuardedHttp(options.SourceSettings, time);
        store.Caches = new NodeCaches(
            store,
            options.OllamaFolders,
            options.HuggingFaceFolders,
            loggers.CreateLogger<NodeCaches>()
        );
        Collector = new StoreCollector(store, loggers.CreateLogger<StoreCollector>());
        DiskHeadroom headroom = new(store, Collector, disk, pulling);
        _manager = new ControllerManager(
            client,
            new ControllerManagerOptions { GracePeriod = options.DrainTimeout },
            time,
            random,
            loggers
        );
        EventRecorder events = new(
            client,
            new EventRecorderOptions
            {
                Controller = $"{WellKnown.Group}/node-agent",
                Instance = options.NodeName,
            },
            time,
            random,
            loggers.CreateLogger<EventRecorder>()
        );
        InformerOptions ours = new() { LabelSelector = $"{WellKnown.NodeLabel}={options.NodeName}" };
        ILister<ModelReplica> replicas = _manager.Informer<ModelReplica>(ours).Lister;
        Peers = new PeerService(
            options,
            client,
            store,
            pulling,
            otherPeers ?? new PeerOptions(),
            _manager.Informer<LlmNode>().Lister,
            replicas,
            events,
            loggers,
            time
        );
        _puller = Puller(options, store, headroom, pulling, _http, Peers, loggers, time, random);
        IDeviceInventory devices = otherDevices ?? new DeviceInventory(() => engines.Devices, _nvml);
        MemoryCorrections corrections = new(options.DataDirectory, loggers.CreateLogger<MemoryCorrections>());
        MemoryTurns turns = new(time);
        _replicas = new ReplicaReconciler(
            new ReplicaContext
            {
                Options = options,
                Client = client,
                Status = new StatusWriter(client, WellKnown.NodeAgentFieldManager),
                Events = events,
                Store = store,
                Puller = _puller,
                Engines = engines,
                Devices = devices,
                Turns = turns,
                Memory = new EngineMemory(devices, _nvml),
                Corrections = corrections,
                Address = () => options.AdvertisedAddress ?? Address,
                Time = time,
                Loggers = loggers,
            },
            replicas
        );
        _reporter = new NodeReporter(
            client,
            options,
            devices,
            engines,
            store,
            disk,
            headroom,
            _puller,
            replicas,
            corrections,
            turns,
            Peers.Board,
            () => Address,
            time,
            loggers.CreateLogger<NodeReporter>()
        );
        _manager.AddController(
            "modelreplica",
            _replicas,
            controller => controller.WithInformer(ours).WithConcurrency(4).WithoutLeaderElection()
        );
        _manager.AddRunnable(
            new NodeHeartbeat(
                client,
                options.NodeName,
                options.LeaseNamespace,
                time,
                loggers.CreateLogger<NodeHeartbeat>()
            )
        );
        _manager.AddRunnable(_reporter);
        _manager.AddRunnable(Peers.Work);
        _manager.AddRunnable(
            new StoreKeeper(
                store,
                Collector,
                disk,
                options.Watermarks,
                time,
                loggers.CreateLogger<StoreKeeper>()
            )
        );
        _manager.AddRunnable(events);
    }

    public IReplicaGateway Gateway => _replicas;

    public StoreCollector Collector { get; }

    public PeerService Peers { get; }

    /// <summary>True when the caches have synced and the models of the time before a restart are back in memory.</summary>
    public bool IsReady => _manager.IsReady && _replicas.HasSettled;

    /// <summary>Address of the serving port; set before <see cref="Start"/>.</summary>
    public Uri? Address
    {
        get => Volatile.Read(ref _address);
        set => Volatile.Write(ref _address, value);
    }

    /// <summary>Done when everything has ended.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public void Start() => Completion = Task.Run(() => _manager.RunAsync(_stop.Token));

    /// <summary>Says that the agent stops, drains and stops the engines, then the rest.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = new(s_lastReportLimit, _time);
        if (!Completion.IsCompleted)
        {
            try
            {
                await _reporter.TryReportAsync(isStopping: true, limit.Token);
            }
            catch (OperationCanceledException)
            {
                // The server is away; the lease will run out.
            }
        }

        await _replicas.CloseAsync();
        await _stop.CancelAsync();
        await Completion.WaitAsync(cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        await _puller.DisposeAsync();
        Peers.Dispose();
        _manager.Dispose();
        _http.Dispose();
        _nvml.Dispose();
        _stop.Dispose();
    }

    private static ModelPuller Puller(
        NodeAgentOptions options,
        ModelStore store,
        DiskHeadroom headroom,
        PullOptions pulling,
        GuardedHttp http,
        PeerService peers,
        ILoggerFactory loggers,
        TimeProvider time,
        Random random
    )
    {
        SourceSettings settings = options.SourceSettings;
        PullLimits limits = new(pulling, time);
        ModelFetch fetch = new(
            store,
            new SourceResolver(http, settings, time),
            new RangeClient(http, settings, time),
            peers.Finder,
            peers.Partials,
            new FileDownload(pulling, limits, time, random, loggers.CreateLogger<FileDownload>()),
            limits,
            headroom,
            pulling,
            loggers.CreateLogger<ModelFetch>()
        );
        return new ModelPuller(fetch, limits, time);
    }
}
