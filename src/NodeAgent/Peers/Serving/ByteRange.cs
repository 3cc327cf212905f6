using System.Globalization;

namespace LlmOperator.NodeAgent.Peers.Serving;

/// <summary>A range of bytes as peers ask for it.</summary>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes; at least one.</param>
internal sealed record ByteRange(long Offset, long Length)
{
    private const string Unit = "bytes=";

    /// <summary>The <c>Range</c> header.</summary>
    public string Header =>
        string.Create(CultureInfo.InvariantCulture, $"{Unit}{Offset}-{Offset + Length - 1}");

    /// <summary>The <c>Content-Range</c> header.</summary>
    public string ContentRange(long size) =>
        string.Create(CultureInfo.InvariantCulture, $"bytes {Offset}-{Offset + Length - 1}/{size}");

    /// <summary>Reads <c>bytes=FIRST-LAST</c>; null unless it is exactly that and lies within the file.</summary>
    public static ByteRange? Read(string header, long size)
    {
        string[] ends = header.StartsWith(Unit, StringComparison.Ordinal)
            ? header[Unit.Length..].Split('-')
            : [];
        return
            ends.Length == 2
            && long.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out long first)
            && long.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out long last)
            && first <= last
            && last < size
            ? new ByteRange(first, last - first + 1)
            : null;
    }
}
