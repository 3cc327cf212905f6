namespace LlmOperator.Controllers.Caching;

/// <summary>Compares resource versions of one resource (C31, KEP-5504).</summary>
internal static class ResourceVersions
{
    /// <summary>
    /// Negative, zero or positive as <paramref name="left"/> is older, the same or newer; null when either is not a
    /// well-formed decimal, so that nothing is known.
    /// </summary>
    public static int? Compare(string? left, string? right) =>
        !IsWellFormed(left) || !IsWellFormed(right) ? null
        : left!.Length != right!.Length ? left.Length.CompareTo(right.Length)
        : string.CompareOrdinal(left, right);

    private static bool IsWellFormed(string? version) =>
        version is { Length: > 0 } && version.All(char.IsAsciiDigit) && (version == "0" || version[0] != '0');
}
