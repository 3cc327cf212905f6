using System.Diagnostics.CodeAnalysis;

namespace LlmOperator.Models.Sources;

/// <summary>
/// <c>[host/][namespace/]model[:tag]</c>; defaults are the configured registry, <c>library</c> and <c>latest</c>.
/// A parsed name has no part that could leave a folder or be taken for an option.
/// </summary>
public sealed record OllamaName
{
    private const int MaxHostLength = 350;
    private const int MaxPartLength = 80;

    private OllamaName(string? host, string @namespace, string model, string tag)
    {
        Host = host;
        Namespace = @namespace;
        Model = model;
        Tag = tag;
    }

    /// <summary>Host, with port when written; null for the configured registry.</summary>
    public string? Host { get; }

    /// <summary>Namespace; default <c>library</c>.</summary>
    public string Namespace { get; }

    /// <summary>Model.</summary>
    public string Model { get; }

    /// <summary>Tag; default <c>latest</c>.</summary>
    public string Tag { get; }

    /// <summary>Parses a name.</summary>
    /// <exception cref="FormatException">The text is not a name.</exception>
    public static OllamaName Parse(string text) =>
        TryParse(text, out OllamaName? name)
            ? name
            : throw new FormatException(
                "An Ollama name must read [host/][namespace/]model[:tag] with letters, digits, '_', '-' and '.'."
            );

    /// <summary>As <see cref="Parse"/>, without an exception.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out OllamaName? name)
    {
        name = null;
        string[] parts = (text ?? "").Split('/');
        if (parts.Length > 3)
        {
            return false;
        }

        string last = parts[^1];
        int colon = last.IndexOf(':', StringComparison.Ordinal);
        string model = colon < 0 ? last : last[..colon];
        string tag = colon < 0 ? "latest" : last[(colon + 1)..];
        string @namespace = parts.Length > 1 ? parts[^2] : "library";
        string? host = parts.Length > 2 ? parts[0] : null;
        if (
            !IsPart(model, true)
            || !IsPart(tag, true)
            || !IsPart(@namespace, false)
            || (host is not null && !IsHost(host))
        )
        {
            return false;
        }

        name = new OllamaName(host, @namespace, model, tag);
        return true;
    }

    /// <summary>The shortest text that parses to this name.</summary>
    public override string ToString()
    {
        string path =
            Host is not null ? $"{Host}/{Namespace}/{Model}"
            : string.Equals(Namespace, "library", StringComparison.Ordinal) ? Model
            : $"{Namespace}/{Model}";
        return $"{path}:{Tag}";
    }

    private static bool IsPart(string text, bool dots) =>
        text.Length is > 0 and <= MaxPartLength
        && (char.IsAsciiLetterOrDigit(text[0]) || text[0] == '_')
        && !text.Contains("..", StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' || (dots && c == '.'));

    private static bool IsHost(string text) =>
        text.Length is > 0 and <= MaxHostLength
        && (char.IsAsciiLetterOrDigit(text[0]) || text[0] == '_')
        && !text.Contains("..", StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':')
        && Uri.TryCreate($"https://{text}/", UriKind.Absolute, out _);
}
