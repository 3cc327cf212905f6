using System.Buffers;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// Brings the bytes of one file into its partial file, over one connection at a time, and goes on where a former
/// attempt or a cut connection stopped.
/// </summary>
internal sealed partial class FileDownload(
    IRangeClient ranges,
    PullOptions options,
    TimeProvider time,
    Random random,
    ILogger logger
)
{
    private const int ReadBytes = 256 << 10;
    private readonly ILogger _logger = logger;

    /// <summary>Returns when all bytes are in the partial file; they are not yet compared with the digest.</summary>
    /// <param name="partial">Where the bytes go.</param>
    /// <param name="file">What to fetch.</param>
    /// <param name="resolveAgain">Gets a fresh address for the file.</param>
    /// <param name="tracker">Hears of every byte.</param>
    /// <param name="cancellationToken">Cancels the download; what is written stays.</param>
    /// <exception cref="ModelSourceException">The source cannot give the file.</exception>
    /// <exception cref="StoreException">The store cannot be written.</exception>
    public async Task RunAsync(
        PartialFile partial,
        ResolvedFile file,
        Func<CancellationToken, Task<ResolvedFile>> resolveAgain,
        PullTracker tracker,
        CancellationToken cancellationToken
    )
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(options.UnitBytes);
        try
        {
            UnitBuffer unit = new(buffer.AsMemory(0, options.UnitBytes));
            int fruitless = 0;
            while (partial.VerifiedBytes < file.SizeBytes)
            {
                long before = partial.VerifiedBytes + unit.Count;
                tracker.Attempt();
                try
                {
                    if (!await StreamAsync(partial, unit, file, tracker, cancellationToken))
                    {
                        file = await resolveAgain(cancellationToken);
                    }
                }
                catch (Exception error) when (IsTransient(error))
                {
                    bool moved = partial.VerifiedBytes + unit.Count > before;
                    fruitless = moved ? 1 : fruitless + 1;
                    if (fruitless >= options.FruitlessAttempts)
                    {
                        throw;
                    }

                    await WaitAsync(error, fruitless, tracker, cancellationToken);
                    continue;
                }

                fruitless = partial.VerifiedBytes + unit.Count > before ? 0 : fruitless + 1;
                if (fruitless >= options.FruitlessAttempts)
                {
                    throw new ModelSourceException(
                        ModelSourceFailure.Unauthorized,
                        $"The source refuses its own address of the file ({file}) again and again; check the credentials."
                    );
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>True for what a later try may heal.</summary>
    public static bool IsTransient(Exception error) =>
        error
            is ModelSourceException
                {
                    Failure: ModelSourceFailure.Unreachable or ModelSourceFailure.RateLimited
                }
                or IOException
                or HttpRequestException
                or TimeoutException;

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

    // False when the address must be resolved again.
    private async Task<bool> StreamAsync(
        PartialFile partial,
        UnitBuffer unit,
        ResolvedFile file,
        PullTracker tracker,
        CancellationToken cancellationToken
    )
    {
        long offset = partial.VerifiedBytes + unit.Count;
        if (offset > 0 && file.Digest is null && partial.EntityTag is null)
        {
            // Nothing would tell that the rest comes from another file than the beginning.
            tracker.Lost(offset);
            partial.Reset();
            unit.Clear();
            offset = 0;
        }

        await using RangeResponse response = await ranges.OpenRangeAsync(file, offset, cancellationToken);
        if (response.Outcome == RangeOutcome.ResolveAgain)
        {
            return false;
        }

        if (IsOtherContent(partial, file, response))
        {
            tracker.Lost(offset);
            partial.Reset();
            unit.Clear();
            if (response.Outcome == RangeOutcome.FromOffset && offset > 0)
            {
                return true;
            }

            offset = 0;
        }

        PartialHeader header = new(file.SizeBytes, options.UnitBytes, response.EntityTag);
        if (response.Outcome == RangeOutcome.FromStart)
        {
            await SkipAsync(response.Content, offset, unit.Scratch(ReadBytes), cancellationToken);
        }

        while (partial.VerifiedBytes + unit.Count < file.SizeBytes)
        {
            int read = await response.Content.ReadAsync(unit.Free(ReadBytes), cancellationToken);
            if (read == 0)
            {
                throw new IOException("The source ended the file before its end.");
            }

            unit.Advance(read);
            tracker.Received(read);
            if (unit.IsFull || partial.VerifiedBytes + unit.Count == file.SizeBytes)
            {
                await WriteAsync(partial, unit, header, cancellationToken);
            }
        }

        return true;
    }

    private static async Task WriteAsync(
        PartialFile partial,
        UnitBuffer unit,
        PartialHeader header,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await partial.AppendAsync(unit.Content, header, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(
                $"The model store cannot be written: {error.Message} Free room, or give the agent another data folder.",
                error
            );
        }

        unit.Clear();
    }

    private static bool IsOtherContent(PartialFile partial, ResolvedFile file, RangeResponse response) =>
        partial.EntityTag is { } known
        && (response.EntityTag is { } now ? known != now : file.Digest is null);

    private static async Task SkipAsync(
        Stream content,
        long bytes,
        Memory<byte> scratch,
        CancellationToken cancellationToken
    )
    {
        while (bytes > 0)
        {
            int read = await content.ReadAsync(
                scratch[..(int)Math.Min(scratch.Length, bytes)],
                cancellationToken
            );
            if (read == 0)
            {
                throw new IOException("The source ended the file before its end.");
            }

            bytes -= read;
        }
    }

    [LoggerMessage(LogLevel.Information, "The download pauses for {Delay}: {Error}")]
    private partial void LogRetry(string error, TimeSpan delay);
}
