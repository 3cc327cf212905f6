using System.Buffers;
using System.Text;

namespace LlmOperator.Router.Classification.Redaction;

/// <summary>
/// The placeholders of one request, such as <c>[[EMAIL_1]]</c>: one value has one placeholder, and a placeholder is never a
/// text that the request held already. Not safe for concurrent use.
/// </summary>
internal sealed class Placeholders
{
    public const string Open = "[[";
    public const string Close = "]]";
    private readonly Dictionary<string, string> _byValue = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _byPlaceholder = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly string _mark;
    private SearchValues<string>? _search;

    /// <param name="texts">All texts of the request.</param>
    public Placeholders(IEnumerable<RequestText> texts)
    {
        // A text that looks like our placeholders would get a value that was never in its place.
        string mark = "";
        while (texts.Any(t => t.Text.Contains(Open + mark, StringComparison.Ordinal)) && mark.Length < 8)
        {
            mark += "X";
        }

        _mark = mark;
    }

    public int Count => _byPlaceholder.Count;

    /// <summary>The placeholder of a value.</summary>
    public string Of(string kind, string value)
    {
        if (_byValue.TryGetValue(value, out string? known))
        {
            return known;
        }

        string word = kind.ToUpperInvariant().Replace('-', '_');
        int number = _counts[word] = _counts.GetValueOrDefault(word) + 1;
        string placeholder = $"{Open}{_mark}{word}_{number}{Close}";
        _byValue[value] = placeholder;
        _byPlaceholder[placeholder] = value;
        _search = null;
        return placeholder;
    }

    /// <summary>The text with every placeholder given back its value; null when there is none in it.</summary>
    public string? Restore(string text, Func<string, string>? escape = null)
    {
        if (Count == 0 || !text.Contains(Open, StringComparison.Ordinal))
        {
            return null;
        }

        _search ??= SearchValues.Create([.. _byPlaceholder.Keys], StringComparison.Ordinal);
        StringBuilder? restored = null;
        int copied = 0;
        int hit;
        while ((hit = text.AsSpan(copied).IndexOfAny(_search)) >= 0)
        {
            int start = copied + hit;
            int end = text.IndexOf(Close, start, StringComparison.Ordinal) + Close.Length;
            string value = _byPlaceholder[text[start..end]];
            restored ??= new StringBuilder(text.Length);
            restored.Append(text, copied, hit).Append(escape is null ? value : escape(value));
            copied = end;
        }

        return restored?.Append(text, copied, text.Length - copied).ToString();
    }

    /// <summary>Number of characters at the end that may be the beginning of a placeholder.</summary>
    public int PartialAtEnd(string text)
    {
        int open = text.LastIndexOf(Open, StringComparison.Ordinal);
        if (open >= 0)
        {
            string tail = text[open..];
            return _byPlaceholder.Keys.Any(p =>
                    p.Length > tail.Length && p.StartsWith(tail, StringComparison.Ordinal)
                )
                    ? tail.Length
                : text.EndsWith('[') && Count > 0 ? 1
                : 0;
        }

        return text.EndsWith('[') && Count > 0 ? 1 : 0;
    }
}
