namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// The beginning of a file as the origin gave it, whose header is looked at as soon as it is here. What others gave
/// proves nothing before the whole file has its digest. Thread-safe.
/// </summary>
internal sealed class OriginPrefix(UnitLayout layout, FinishedUnits units, UnitWriters writers)
{
    /// <summary>Looks at the header; null for files without one.</summary>
    public EarlyHeaderCheck? Check { get; set; }

    /// <summary>Looks where more is here than at the last look.</summary>
    /// <exception cref="Models.Gguf.InvalidModelException">The header is unsound.</exception>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        if (Check is { IsSettled: false } check && Bytes() is > 0 and long bytes)
        {
            await check.LookAsync(bytes, cancellationToken);
        }
    }

    // From the start of the file without a gap.
    private long Bytes()
    {
        static bool IsOrigin(IUnitSource? source) => source?.Kind == UnitSourceKind.Origin;
        long bytes = 0;
        for (int unit = 0; unit < layout.Count; unit++)
        {
            if (!IsOrigin(units.GiverOf(unit)))
            {
                return bytes + writers.WrittenOf(unit, IsOrigin);
            }

            bytes += layout.LengthOf(unit);
        }

        return bytes;
    }
}
