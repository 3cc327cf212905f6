using System.Diagnostics.CodeAnalysis;

namespace LlmOperator.Models.Sources;

/// <summary>
/// A SHA-256 digest written <c>sha256:</c> and 64 lower-case hex digits. It can hold nothing else, so it is safe in
/// paths and URLs.
/// </summary>
public readonly struct ModelDigest : IEquatable<ModelDigest>
{
    private const string Prefix = "sha256:";
    private const int HexDigits = 64;

    private readonly string? _hex;

    private ModelDigest(string hex)
    {
        _hex = hex;
    }

    /// <summary>The 64 lower-case hex digits.</summary>
    /// <exception cref="InvalidOperationException">The value is <c>default</c>, which is no digest.</exception>
    public string Hex => _hex ?? throw new InvalidOperationException("An empty ModelDigest was used.");

    /// <summary>The name of a file that holds these bytes: <c>sha256-</c> and the digits.</summary>
    public string FileName => "sha256-" + Hex;

    /// <summary>Takes the 32 bytes of a computed hash.</summary>
    public static ModelDigest FromHash(ReadOnlySpan<byte> hash) =>
        hash.Length == HexDigits / 2
            ? new ModelDigest(Convert.ToHexStringLower(hash))
            : throw new ArgumentException("A SHA-256 hash has 32 bytes.", nameof(hash));

    /// <summary>Takes <c>sha256:</c> (or <c>sha256-</c>) and 64 hex digits, or the 64 digits alone.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static ModelDigest Parse(string text) =>
        TryParse(text, out ModelDigest digest)
            ? digest
            : throw new FormatException("A digest must be 'sha256:' followed by 64 hexadecimal digits.");

    /// <summary>As <see cref="Parse"/>, without an exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ModelDigest digest)
    {
        digest = default;
        if (text is null)
        {
            return false;
        }

        ReadOnlySpan<char> hex = text;
        if (hex.Length == Prefix.Length + HexDigits)
        {
            if (!hex.StartsWith("sha256", StringComparison.Ordinal) || hex[6] is not (':' or '-'))
            {
                return false;
            }

            hex = hex[Prefix.Length..];
        }

        if (hex.Length != HexDigits)
        {
            return false;
        }

        foreach (char c in hex)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return false;
            }
        }

        digest = new ModelDigest(hex.ToString().ToLowerInvariant());
        return true;
    }

    /// <summary>Same digits.</summary>
    public static bool operator ==(ModelDigest left, ModelDigest right) => left.Equals(right);

    /// <summary>Other digits.</summary>
    public static bool operator !=(ModelDigest left, ModelDigest right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(ModelDigest other) => string.Equals(_hex, other._hex, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ModelDigest other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _hex is null ? 0 : StringComparer.Ordinal.GetHashCode(_hex);

    /// <summary><c>sha256:</c> and the digits; empty for <c>default</c>.</summary>
    public override string ToString() => _hex is null ? "" : Prefix + _hex;
}
