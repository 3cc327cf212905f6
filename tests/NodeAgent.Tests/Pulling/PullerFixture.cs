using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Tests.Pulling;

/// <summary>A puller on a store of its own, with any free space.</summary>
internal sealed class PullerFixture : IAsyncDisposable
{
    public const long Reserve = 1 << 20;
    private readonly GuardedHttp _http;
    private readonly ModelPuller _puller;

    public PullerFixture(
        SourceSettings settings,
        int unitBytes,
        string? folder = null,
        long freeBytes = long.MaxValue / 2,
        int connections = 1,
        long mostBytesPerSecond = 0,
        IUnitSourceFinder? finder = null,
        Func<PullOptions, PullOptions>? change = null
    )
    {
        TimeProvider time = TimeProvider.System;
        Store = ModelStore.Open(folder ?? Directory.CreateTempSubdirectory("pull-").FullName, time);
        PullOptions options = new()
        {
            UnitBytes = unitBytes,
            Connections = connections,
            MostBytesPerSecond = mostBytesPerSecond,
            StallAfter = TimeSpan.FromMinutes(5),
            SlowAfter = TimeSpan.FromMinutes(5),
            WorthStealing = TimeSpan.FromMinutes(5),
            Tick = TimeSpan.FromMilliseconds(100),
            DiskReserveBytes = Reserve,
            FirstRetryDelay = TimeSpan.FromMilliseconds(5),
        };
        options = change?.Invoke(options) ?? options;
        Limits = new PullLimits(options, time);
        _http = new GuardedHttp(settings, time);
        FileDownload download = new(options, Limits, time, new Random(1), NullLogger.Instance);
        StoreCollector collector = new(Store, NullLogger<StoreCollector>.Instance);
        ModelFetch fetch = new(
            Store,
            new SourceResolver(_http, settings, time),
            new RangeClient(_http, settings, time),
            finder ?? new OriginsOnly(),
            Partials,
            download,
            Limits,
            new DiskHeadroom(Store, collector, new FixedDiskSpace(freeBytes), options),
            options,
            NullLogger<ModelFetch>.Instance
        );
        _puller = new ModelPuller(fetch, Limits, time);
    }

    public ModelStore Store { get; }

    public PullLimits Limits { get; }

    public PartialFiles Partials { get; } = new();

    public List<string> Mismatches { get; } = [];

    /// <summary>
    /// Connections that bring nothing are given up, and a unit may come again over another one. By default that is not so:
    /// each byte comes once, however busy the machine is.
    /// </summary>
    public static PullOptions Impatient(PullOptions options) =>
        options with
        {
            StallAfter = TimeSpan.FromSeconds(2),
            SlowAfter = new PullOptions().SlowAfter,
            WorthStealing = new PullOptions().WorthStealing,
        };

    public Task<StoredModelFiles> PullAsync(
        Uri url,
        ModelDigest? digest,
        CancellationToken cancellationToken,
        Action<Func<PullProgress>>? onProgress = null
    ) => PullAsync(new HttpSource(url), digest, cancellationToken, onProgress);

    public Task<StoredModelFiles> PullAsync(
        ModelSource source,
        ModelDigest? digest,
        CancellationToken cancellationToken,
        Action<Func<PullProgress>>? onProgress = null
    ) =>
        _puller.PullAsync(
            new PullRequest
            {
                Source = source,
                Expected = digest,
                PinOwner = "test",
                OnDigestMismatch = Mismatches.Add,
            },
            onProgress ?? (_ => { }),
            cancellationToken
        );

    public Task<StoredModelFiles> PullAsync(PullRequest request, CancellationToken cancellationToken) =>
        _puller.PullAsync(request, _ => { }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _puller.DisposeAsync();
        _http.Dispose();
        Store.Dispose();
    }

    private sealed class FixedDiskSpace(long freeBytes) : IDiskSpace
    {
        public DiskRoom Measure(string folder) => new(long.MaxValue, freeBytes);
    }
}
