using System.Buffers;
using System.Text.RegularExpressions;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Classification;

/// <summary>A data class of a policy, ready to be looked for.</summary>
internal sealed class CompiledDataClass
{
    private readonly SearchValues<string>? _keywords;
    private readonly string[] _words;
    private readonly Regex[] _patterns;

    private CompiledDataClass(DataClassRule rule)
    {
        Rule = rule;
        _words = [.. (rule.Keywords ?? []).Where(k => k.Length > 0)];
        _keywords =
            _words.Length == 0 ? null : SearchValues.Create(_words, StringComparison.OrdinalIgnoreCase);
        _patterns =
        [
            .. (rule.Patterns ?? []).Select(p => new Regex(
                p,
                RegexOptions.NonBacktracking | RegexOptions.CultureInvariant
            )),
        ];
    }

    public DataClassRule Rule { get; }

    /// <summary>Compiles it.</summary>
    /// <exception cref="ArgumentException">An expression is not valid, or needs backtracking.</exception>
    public static CompiledDataClass Compile(DataClassRule rule) => new(rule);

    /// <summary>Adds the places of its keywords and patterns.</summary>
    public void Scan(string text, List<Finding> findings)
    {
        if (_keywords is not null)
        {
            ScanKeywords(text, findings);
        }

        foreach (Regex pattern in _patterns)
        {
            foreach (ValueMatch match in pattern.EnumerateMatches(text))
            {
                // A pattern that matches nothing at all matches everywhere; it says nothing of the text.
                if (match.Length > 0)
                {
                    findings.Add(new Finding(Rule.Name, Kind, match.Index, match.Length));
                }
            }
        }
    }

    private string Kind => Rule.Name.ToLowerInvariant();

    private void ScanKeywords(string text, List<Finding> findings)
    {
        int position = 0;
        while (position < text.Length)
        {
            int hit = text.AsSpan(position).IndexOfAny(_keywords!);
            if (hit < 0)
            {
                return;
            }

            int start = position + hit;
            // The longest of those that begin here, so that a placeholder takes all of it.
            int length = _words
                .Where(w => text.AsSpan(start).StartsWith(w, StringComparison.OrdinalIgnoreCase))
                .Max(w => w.Length);
            findings.Add(new Finding(Rule.Name, Kind, start, length));
            position = start + length;
        }
    }
}
