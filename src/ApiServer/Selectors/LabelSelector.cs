using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Writing;

namespace LlmOperator.ApiServer.Selectors;

/// <summary>A parsed label selector such as <c>app=web,tier in (a, b),!canary</c>.</summary>
internal sealed class LabelSelector
{
    private readonly IReadOnlyList<LabelRequirement> _requirements;

    private LabelSelector(IReadOnlyList<LabelRequirement> requirements) => _requirements = requirements;

    public static LabelSelector Everything { get; } = new([]);

    public bool MatchesAll => _requirements.Count == 0;

    public bool Matches(IReadOnlyDictionary<string, string> labels) =>
        _requirements.All(r => r.Matches(labels));

    /// <exception cref="ApiException">400: the text is no selector.</exception>
    public static LabelSelector Parse(string text) =>
        string.IsNullOrWhiteSpace(text)
            ? Everything
            : new([.. Split(text).Select(part => ParseRequirement(part.Trim(), text))]);

    /// <summary>Splits at commas that are not inside parentheses.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch
            {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }
        yield return text[start..];
    }

    private static LabelRequirement ParseRequirement(string part, string whole)
    {
        if (part.StartsWith('!') && !part.Contains('=', StringComparison.Ordinal))
        {
            return new(Key(part[1..], whole), LabelOperator.DoesNotExist, []);
        }
        if (part.EndsWith(')'))
        {
            return ParseSet(part, whole);
        }
        foreach (
            var (sign, op) in new[]
            {
                ("!=", LabelOperator.NotIn),
                ("==", LabelOperator.In),
                ("=", LabelOperator.In),
                (">", LabelOperator.GreaterThan),
                ("<", LabelOperator.LessThan),
            }
        )
        {
            var at = part.IndexOf(sign, StringComparison.Ordinal);
            if (at >= 0)
            {
                var value = Value(part[(at + sign.Length)..], whole);
                return sign is ">" or "<" && !long.TryParse(value, out _)
                    ? throw Unparsable(whole)
                    : new(Key(part[..at], whole), op, [value]);
            }
        }
        return new(Key(part, whole), LabelOperator.Exists, []);
    }

    private static LabelRequirement ParseSet(string part, string whole)
    {
        var open = part.IndexOf('(', StringComparison.Ordinal);
        var words = part[..Math.Max(open, 0)].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (open < 0 || words.Length != 2 || words[1] is not ("in" or "notin"))
        {
            throw Unparsable(whole);
        }
        var values = part[(open + 1)..^1].Split(',').Select(v => Value(v, whole)).ToHashSet();
        return new(Key(words[0], whole), words[1] == "in" ? LabelOperator.In : LabelOperator.NotIn, values);
    }

    private static string Key(string text, string whole)
    {
        var key = text.Trim();
        return NameRules.QualifiedName(key) is null ? key : throw Unparsable(whole);
    }

    private static string Value(string text, string whole)
    {
        var value = text.Trim();
        return NameRules.LabelValue(value) is null ? value : throw Unparsable(whole);
    }

    private static ApiException Unparsable(string text) =>
        ApiErrors.BadRequest(
            $"unable to parse requirement: found unexpected text in label selector \"{text}\""
        );
}
