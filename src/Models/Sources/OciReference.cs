using System.Diagnostics.CodeAnalysis;

namespace LlmOperator.Models.Sources;

/// <summary>
/// <c>host[:port]/repository[:tag][@sha256:digest]</c>; the tag is <c>latest</c> by default. A parsed reference has no part
/// that could leave a folder or an address.
/// </summary>
public sealed record OciReference
{
    private const int MaxLength = 512;
    private const int MaxTagLength = 128;

    private OciReference(string host, string repository, string? tag, ModelDigest? digest)
    {
        (Host, Repository, Tag, Digest) = (host, repository, tag, digest);
    }

    /// <summary>Host of the registry, with port when written.</summary>
    public string Host { get; }

    /// <summary>Path in the registry.</summary>
    public string Repository { get; }

    /// <summary>Tag; null when only a digest is written.</summary>
    public string? Tag { get; }

    /// <summary>Digest of the manifest; null when only a tag is written.</summary>
    public ModelDigest? Digest { get; }

    /// <summary>What a manifest is asked for by: the digest where there is one.</summary>
    public string TagOrDigest => Digest?.ToString() ?? Tag!;

    /// <summary>Parses a reference.</summary>
    /// <exception cref="FormatException">The text is not a reference.</exception>
    public static OciReference Parse(string text) =>
        TryParse(text, out OciReference? reference)
            ? reference
            : throw new FormatException(
                "An OCI reference must read host/repository[:tag][@sha256:digest] in lower-case letters, digits, '.', '_' and '-'."
            );

    /// <summary>As <see cref="Parse"/>, without an exception.</summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? text,
        [NotNullWhen(true)] out OciReference? reference
    )
    {
        reference = null;
        int slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (text is null || text.Length > MaxLength || slash <= 0)
        {
            return false;
        }

        string host = text[..slash];
        string rest = text[(slash + 1)..];
        ModelDigest? digest = null;
        int at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            if (
                !rest[(at + 1)..].StartsWith("sha256:", StringComparison.Ordinal)
                || !ModelDigest.TryParse(rest[(at + 1)..], out ModelDigest parsed)
            )
            {
                return false;
            }

            (digest, rest) = (parsed, rest[..at]);
        }

        int colon = rest.IndexOf(':', StringComparison.Ordinal);
        string? tag = colon >= 0 ? rest[(colon + 1)..] : null;
        string repository = colon >= 0 ? rest[..colon] : rest;
        tag ??= digest is null ? "latest" : null;
        if (!IsHost(host) || !repository.Split('/').All(IsPart) || (tag is not null && !IsTag(tag)))
        {
            return false;
        }

        reference = new OciReference(host, repository, tag, digest);
        return true;
    }

    /// <summary>The reference as it is written.</summary>
    public override string ToString() =>
        $"{Host}/{Repository}{(Tag is null ? "" : ":" + Tag)}{(Digest is { } digest ? "@" + digest : "")}";

    private static bool IsHost(string text) =>
        char.IsAsciiLetterOrDigit(text[0])
        && !text.Contains("..", StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or ':')
        && Uri.TryCreate($"https://{text}/", UriKind.Absolute, out _);

    private static bool IsPart(string text) =>
        text.Length > 0
        && char.IsAsciiLetterOrDigit(text[0])
        && !text.Contains("..", StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-' or '.');

    private static bool IsTag(string text) =>
        text.Length is > 0 and <= MaxTagLength
        && (char.IsAsciiLetterOrDigit(text[0]) || text[0] == '_')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
}
