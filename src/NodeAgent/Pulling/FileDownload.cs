using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Brings the bytes of one file into its partial file, from all the places that have them.</summary>
internal sealed partial class FileDownload(
    PullOptions options,
    PullLimits limits,
    TimeProvider time,
    Random random,
    ILogger logger
)
{
    private readonly ILogger _logger = logger;

    /// <summary>Returns when all bytes are in the partial file.</summary>
    /// <param name="partial">Where the bytes go; it may hold some already.</param>
    /// <param name="expected">Digest of the file; null when nobody knows it.</param>
    /// <param name="sources">Who may be asked.</param>
    /// <param name="tracker">Hears of every byte.</param>
    /// <param name="cancellationToken">Cancels the download; what is written stays.</param>
    /// <returns>The digest that the bytes have.</returns>
    /// <exception cref="ModelSourceException">No source can give the file.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public async Task<ModelDigest> RunAsync(
        PartialFile partial,
        ModelDigest? expected,
        IUnitSourceSet sources,
        PullTracker tracker,
        CancellationToken cancellationToken
    )
    {
        ModelDigest actual = await FetchAsync(partial, () => sources.Current, tracker, cancellationToken);
        if (
            expected is { } right
            && actual != right
            && partial.UnitsNotOf(IsOrigin) is { Count: > 0 } doubtful
        )
        {
            actual = await FetchAgainAsync(partial, doubtful, sources, tracker, cancellationToken);
        }

        if (actual == expected)
        {
            sources.Settle(unit => DigestOf(partial, unit, cancellationToken));
        }

        return actual;
    }

    /// <summary>Waits as long as is right after a failure.</summary>
    public async Task WaitAsync(
        Exception error,
        int failures,
        PullTracker tracker,
        CancellationToken cancellationToken
    )
    {
        TimeSpan delay = RetryDelays.After(
            options,
            failures,
            (error as ModelSourceException)?.RetryAfter,
            random.NextDouble()
        );
        tracker.Waiting(error.Message);
        LogRetry(error.Message, delay);
        await Task.Delay(delay, time, cancellationToken);
    }

    private static bool IsOrigin(IUnitSource source) => source.Kind == UnitSourceKind.Origin;

    // The whole is wrong, and nobody who is trusted knows the units: what the origin did not give itself is fetched from
    // it, and those who gave something else are blamed.
    private async Task<ModelDigest> FetchAgainAsync(
        PartialFile partial,
        IReadOnlyDictionary<int, IUnitSource> doubtful,
        IUnitSourceSet sources,
        PullTracker tracker,
        CancellationToken cancellationToken
    )
    {
        Dictionary<int, string> before = doubtful.Keys.ToDictionary(
            unit => unit,
            unit => DigestOf(partial, unit, cancellationToken)
        );
        LogDoubt(doubtful.Count);
        partial.Remove(doubtful.Keys);
        sources.Doubt(doubtful.Keys);
        tracker.Again(doubtful.Keys.Sum(unit => (long)partial.Layout.LengthOf(unit)));
        ModelDigest actual = await FetchAsync(
            partial,
            () => [.. sources.Current.Where(IsOrigin)],
            tracker,
            cancellationToken
        );
        foreach ((int unit, string digest) in before)
        {
            if (DigestOf(partial, unit, cancellationToken) != digest)
            {
                doubtful[unit].Blame(unit, new UnitFault(UnitCheck.WholeFile, digest));
            }
        }

        return actual;
    }

    private static string DigestOf(PartialFile partial, int unit, CancellationToken cancellationToken)
    {
        try
        {
            return partial.Digests.Of(unit, cancellationToken);
        }
        catch (IOException error)
        {
            throw PartialFile.Unwritable(error);
        }
    }

    private async Task<ModelDigest> FetchAsync(
        PartialFile partial,
        Func<IReadOnlyList<IUnitSource>> sources,
        PullTracker tracker,
        CancellationToken cancellationToken
    )
    {
        for (int resets = 1; ; resets++)
        {
            try
            {
                using UnitDownload download = new(
                    partial,
                    sources,
                    tracker,
                    options,
                    limits,
                    time,
                    random,
                    _logger
                );
                return await download.RunAsync(cancellationToken);
            }
            catch (ContentChangedException error)
            {
                LogChanged(error.Message);
                tracker.Lost(partial.WrittenBytes);
                partial.Reset(null);
                if (resets == options.FruitlessAttempts)
                {
                    throw new ModelSourceException(
                        ModelSourceFailure.Invalid,
                        $"{error.Message} It could not be fetched in one go in {resets} tries; give the source a sha256.",
                        error
                    );
                }
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "The pull pauses for {Delay}: {Error}")]
    private partial void LogRetry(string error, TimeSpan delay);

    [LoggerMessage(LogLevel.Warning, "The download starts anew: {Reason}")]
    private partial void LogChanged(string reason);

    [LoggerMessage(
        LogLevel.Warning,
        "The digest is wrong; {Count} units that others than the origin gave are fetched from it."
    )]
    private partial void LogDoubt(int count);
}
