using System.Diagnostics;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.PullHost;

/// <summary>The puller of an agent with its own options, alone in a process.</summary>
internal static class OnePull
{
    /// <summary>
    /// Two pulls in one process: the first in a cold one, whose CPU time has the start of the runtime in it, and the second
    /// as in an agent that runs for long.
    /// </summary>
    public static async Task TwiceAsync(Uri url, string folder, TextWriter output)
    {
        string first = Path.Combine(folder, "first");
        await RunAsync(url, first, output);
        Directory.Delete(first, recursive: true);
        using Process self = Process.GetCurrentProcess();
        await RunAsync(url, Path.Combine(folder, "second"), output, self.TotalProcessorTime);
    }

    public static async Task RunAsync(
        Uri url,
        string folder,
        TextWriter output,
        TimeSpan usedBefore = default
    )
    {
        TimeProvider time = TimeProvider.System;
        SourceSettings settings = new() { AllowLoopback = true };
        PullOptions options = new();
        PullLimits limits = new(options, time);
        using ModelStore store = ModelStore.Open(folder, time);
        using GuardedHttp http = new(settings, time);
        StoreCollector collector = new(store, NullLogger<StoreCollector>.Instance);
        ModelFetch fetch = new(
            store,
            new SourceResolver(http, settings, time),
            new RangeClient(http, settings, time),
            new OriginsOnly(),
            new PartialFiles(),
            new FileDownload(options, limits, time, new Random(1), NullLogger.Instance),
            limits,
            new DiskHeadroom(store, collector, new SystemDiskSpace(), options),
            options,
            NullLogger<ModelFetch>.Instance
        );
        await using ModelPuller puller = new(fetch, limits, time);
        Func<PullProgress>? look = null;
        long start = time.GetTimestamp();
        StoredModelFiles model = await puller.PullAsync(
            new PullRequest { Source = new HttpSource(url), PinOwner = "bench" },
            progress =>
            {
                look = progress;
                output.WriteLine("started");
            },
            CancellationToken.None
        );
        double seconds = time.GetElapsedTime(start).TotalSeconds;
        using Process self = Process.GetCurrentProcess();
        await output.WriteLineAsync(
            FormattableString.Invariant(
                $"pulled {model.Digest} {seconds:0.000} {(self.TotalProcessorTime - usedBefore).TotalSeconds:0.00} {PeakKib()} {look!().ResumedBytes}"
            )
        );
    }

    // VmHWM:     12345 kB
    private static string PeakKib() =>
        File.ReadLines("/proc/self/status")
            .First(line => line.StartsWith("VmHWM", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
}
