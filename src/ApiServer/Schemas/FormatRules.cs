using System.Globalization;
using System.Net;

namespace LlmOperator.ApiServer.Schemas;

/// <summary>The string formats that are checked; others are accepted, as Kubernetes does with unknown ones.</summary>
internal static class FormatRules
{
    public static bool Allows(string format, string text) =>
        format switch
        {
            "date-time" => DateTimeOffset.TryParse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out _
            ) && text.Contains('T', StringComparison.OrdinalIgnoreCase),
            "date" => DateOnly.TryParseExact(text, "yyyy-MM-dd", out _),
            "ipv4" => IPAddress.TryParse(text, out var v4) && v4.ToString() == text,
            "ipv6" => text.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(text, out _),
            "uri" => Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var uri)
                && (uri.IsAbsoluteUri || text.StartsWith('/')),
            "byte" => Convert.TryFromBase64String(text, new byte[text.Length], out _),
            "uuid" => Guid.TryParse(text, out _),
            _ => true,
        };
}
