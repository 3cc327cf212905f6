using System.Buffers;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>One request of a pull: from the source's stream into the partial file, unit by unit.</summary>
internal sealed class UnitConnection(
    UnitLease lease,
    UnitScheduler scheduler,
    PartialFile partial,
    PullTracker tracker,
    ByteBudget budget,
    Func<TimeSpan> now
)
{
    private const int BufferBytes = 256 << 10;

    /// <summary>Runs to the end of the lease.</summary>
    /// <param name="onOpened">Called when the first byte can be read.</param>
    /// <param name="cancellationToken">Gives the connection up; what is written stays.</param>
    /// <exception cref="WrongUnitException">A unit is not what someone trusted says it is.</exception>
    /// <exception cref="StoreException">The disk does not take the bytes.</exception>
    /// <exception cref="Models.Gguf.InvalidModelException">The file's header is unsound, as far as it is here.</exception>
    public async Task RunAsync(Action onOpened, CancellationToken cancellationToken)
    {
        IUnitSource source = lease.Source;
        int first = lease.First;
        int skip = partial.WrittenOf(first, source);
        if (skip == partial.Layout.LengthOf(first))
        {
            // The last one was given up between the last byte of the unit and its end.
            if (scheduler.TryBegin(lease, out _, out bool isMissing) && isMissing)
            {
                Finish(first, partial.WriterOf(first, source, skip, out _));
            }

            (first, skip) = (first + 1, 0);
        }

        int count = lease.End - first;
        if (count <= 0)
        {
            // Others took all of it before this one began.
            return;
        }

        UnitSpan span = partial.Layout.Span(first, count, skip);
        await using Stream content = await source.OpenAsync(span, cancellationToken);
        if (source.Kind == UnitSourceKind.Origin && source.EntityTag is { } tag)
        {
            partial.Tag(tag);
        }

        scheduler.Opened(lease, now());
        onOpened();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (scheduler.TryBegin(lease, out int unit, out bool isWanted))
            {
                if (isWanted)
                {
                    await FetchAsync(content, unit, skip, buffer, cancellationToken);
                }
                else
                {
                    await SkipAsync(content, partial.Layout.LengthOf(unit) - skip, buffer, cancellationToken);
                }

                skip = 0;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task FetchAsync(
        Stream content,
        int unit,
        int skip,
        byte[] buffer,
        CancellationToken cancellationToken
    )
    {
        UnitWriter writer = partial.WriterOf(unit, lease.Source, skip, out int dropped);
        tracker.Again(dropped);
        while (writer.Missing > 0)
        {
            int filled = 0;
            try
            {
                for (int wanted = Math.Min(BufferBytes, writer.Missing); filled < wanted; )
                {
                    int read = await ReadAsync(content, buffer.AsMemory(filled..wanted), cancellationToken);
                    filled += read;
                    await budget.PayAsync(read, cancellationToken);
                }
            }
            finally
            {
                // What a cut connection brought is kept.
                Write(writer, buffer.AsSpan(0, filled));
            }

            await partial.CheckHeaderAsync(cancellationToken);
        }

        Finish(unit, writer);
    }

    private void Finish(int unit, UnitWriter writer)
    {
        UnitSums sums = writer.Sums();
        if (
            sums.Digest is { } digest
            && lease.Source.TrustedDigestOf(unit) is { } trusted
            && trusted != digest
        )
        {
            partial.Drop(unit);
            tracker.Again(partial.Layout.LengthOf(unit));
            throw new WrongUnitException(unit, digest, lease.Source.Name);
        }

        partial.Finish(unit, sums, lease.Source);
    }

    private static void Write(UnitWriter writer, ReadOnlySpan<byte> bytes)
    {
        try
        {
            writer.Write(bytes);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw PartialFile.Unwritable(error);
        }
    }

    private async ValueTask<int> ReadAsync(
        Stream content,
        Memory<byte> target,
        CancellationToken cancellationToken
    )
    {
        int read = await content.ReadAsync(
            target.Length > budget.Portion ? target[..budget.Portion] : target,
            cancellationToken
        );
        if (read == 0)
        {
            throw new EndOfStreamException("The source ended the file before its end.");
        }

        scheduler.Progress(lease, read, now());
        tracker.Received(read, lease.Source.Name);
        return read;
    }

    private async Task SkipAsync(
        Stream content,
        int bytes,
        byte[] buffer,
        CancellationToken cancellationToken
    )
    {
        while (bytes > 0)
        {
            int read = await content.ReadAsync(
                buffer.AsMemory(0, Math.Min(BufferBytes, bytes)),
                cancellationToken
            );
            if (read == 0)
            {
                throw new EndOfStreamException("The source ended the file before its end.");
            }

            bytes -= read;
            scheduler.Progress(lease, read, now());
        }
    }
}
