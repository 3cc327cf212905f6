using System.Buffers;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Classification.Secrets;

/// <summary>
/// Finds secrets by what stands around them: private keys in PEM, JSON web tokens, and passwords in URLs such as
/// <c>postgres://user:password@host</c>.
/// </summary>
internal static class SecretStructureScanner
{
    private const string PemBegin = "-----BEGIN ";
    private const string PrivateKey = "PRIVATE KEY";
    private const string PemEnd = "-----END ";
    private const int LongestPemLabel = 64;
    private const int LongestPem = 32 << 10;
    private const int LongestJwtPart = 16 << 10;
    private const int LongestUserInfo = 512;

    private static readonly SearchValues<string> s_begins = SearchValues.Create(
        [PemBegin, "eyJ", "://"],
        StringComparison.Ordinal
    );

    private static readonly SearchValues<char> s_base64Url = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    );

    private static readonly SearchValues<char> s_endOfUserInfo = SearchValues.Create("@/?# \t\r\n\"'<>\\");

    /// <summary>Adds what it finds.</summary>
    public static void Scan(ReadOnlySpan<char> text, List<Finding> findings)
    {
        int position = 0;
        while (position < text.Length)
        {
            int hit = text[position..].IndexOfAny(s_begins);
            if (hit < 0)
            {
                return;
            }

            int start = position + hit;
            Finding? found = text[start] switch
            {
                '-' => Pem(text, start),
                'e' => WebToken(text, start),
                _ => Url(text, start + 3),
            };
            if (found is { } finding)
            {
                findings.Add(finding);
            }

            position = Math.Max(start + 1, found?.End ?? 0);
        }
    }

    private static Finding? Pem(ReadOnlySpan<char> text, int start)
    {
        ReadOnlySpan<char> rest = text[start..];
        ReadOnlySpan<char> label = rest[
            PemBegin.Length..Math.Min(rest.Length, PemBegin.Length + LongestPemLabel)
        ];
        int key = label.IndexOf(PrivateKey, StringComparison.Ordinal);
        if (key < 0 || label[..key].ContainsAny('\n', '-'))
        {
            return null;
        }

        // A key that was cut off is a key too.
        ReadOnlySpan<char> block = rest[..Math.Min(rest.Length, LongestPem)];
        int end = block.IndexOf(PemEnd, StringComparison.Ordinal);
        int tail = end < 0 ? -1 : block[(end + PemEnd.Length)..].IndexOf("-----", StringComparison.Ordinal);
        int length = tail < 0 ? block.Length : end + PemEnd.Length + tail + "-----".Length;
        return new Finding(DataClasses.Secret, "private-key", start, length);
    }

    // eyJ… is {" in base64: header.payload.signature
    private static Finding? WebToken(ReadOnlySpan<char> text, int start)
    {
        if (start > 0 && char.IsAsciiLetterOrDigit(text[start - 1]))
        {
            return null;
        }

        int end = start;
        for (int part = 0; part < 3; part++)
        {
            int length = PartLength(text[end..]);
            if (length < 10 || (part == 1 && !text[end..].StartsWith("eyJ", StringComparison.Ordinal)))
            {
                return null;
            }

            end += length;
            if (part < 2)
            {
                if (end >= text.Length || text[end] != '.')
                {
                    return null;
                }

                end++;
            }
        }

        return new Finding(DataClasses.Secret, "json-web-token", start, end - start);
    }

    private static int PartLength(ReadOnlySpan<char> text)
    {
        text = text[..Math.Min(text.Length, LongestJwtPart)];
        int length = text.IndexOfAnyExcept(s_base64Url);
        return length < 0 ? text.Length : length;
    }

    private static Finding? Url(ReadOnlySpan<char> text, int start)
    {
        ReadOnlySpan<char> rest = text[start..Math.Min(text.Length, start + LongestUserInfo)];
        int end = rest.IndexOfAny(s_endOfUserInfo);
        int colon = end < 0 ? -1 : rest[..end].IndexOf(':');
        if (colon < 0 || rest[end] != '@')
        {
            return null;
        }

        ReadOnlySpan<char> password = rest[(colon + 1)..end];
        return password.Length < 3 || Placeholder.Is(password)
            ? null
            : new Finding(DataClasses.Secret, "url-password", start + colon + 1, password.Length);
    }
}
