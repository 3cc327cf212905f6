using System.Buffers;

namespace LlmOperator.Router.Policies;

/// <summary>
/// Scores a task by what can be counted: its length, lines of code, words that ask for reasoning, tools, and parts. Pure,
/// linear in the text. The points are of this project's own making: a fixed, explainable order, no measure of truth.
/// </summary>
internal static class TaskComplexity
{
    public const int MostForLength = 30;
    public const int MostForCode = 20;
    public const int MostForReasoning = 25;
    public const int MostForTools = 15;
    public const int MostForParts = 10;

    // A prompt of 16,000 tokens and more has all points of length, one of 64 and fewer none; each doubling counts the same.
    private const double FewTokens = 64;
    private const double ManyTokens = 16_384;
    private const int LinesOfCodePerPoint = 2;
    private const int PointsPerReasoningWord = 5;
    private const int PointsPerTool = 3;
    private const int PointsPerPart = 2;

    private static readonly SearchValues<string> s_reasoning = SearchValues.Create(
        [
            "step by step",
            "prove",
            "proof",
            "derive",
            "why ",
            "explain",
            "analy",
            "compare",
            "trade-off",
            "tradeoff",
            "architect",
            "design",
            "optimi",
            "debug",
            "root cause",
            "refactor",
            "algorithm",
            "complexity",
            "theorem",
            "evaluate",
            "reason",
            "strategy",
            "migrate",
            "concurren",
            "schritt für schritt",
            "beweise",
            "begründe",
            "vergleiche",
            "warum ",
            "pourquoi",
            "étape par étape",
            "por qué",
            "paso a paso",
        ],
        StringComparison.OrdinalIgnoreCase
    );

    /// <summary>Scores a task.</summary>
    /// <param name="text">Last user message.</param>
    /// <param name="promptTokens">Tokens of the whole prompt.</param>
    /// <param name="tools">Tools that are offered.</param>
    public static ComplexityScore Of(string text, int promptTokens, int tools)
    {
        (int code, int parts) = CountLines(text);
        int words = CountReasoning(text);
        double doublings =
            Math.Log2(Math.Max(promptTokens, 1) / FewTokens) / Math.Log2(ManyTokens / FewTokens);
        ComplexityTerm[] terms =
        [
            Term("length", (int)Math.Round(doublings * MostForLength), MostForLength, promptTokens),
            Term("code", code / LinesOfCodePerPoint, MostForCode, code),
            Term("reasoning", words * PointsPerReasoningWord, MostForReasoning, words),
            Term("tools", tools * PointsPerTool, MostForTools, tools),
            Term("parts", parts * PointsPerPart, MostForParts, parts),
        ];
        return new ComplexityScore(terms.Sum(t => t.Points), terms);
    }

    private static ComplexityTerm Term(string name, int points, int most, int observed) =>
        new(name, Math.Clamp(points, 0, most), most, observed);

    private static int CountReasoning(ReadOnlySpan<char> text)
    {
        int count = 0;
        int hit;
        while ((hit = text.IndexOfAny(s_reasoning)) >= 0)
        {
            count++;
            text = text[(hit + 3)..];
        }

        return count;
    }

    // Code is what stands in a fence, or looks like it; parts are items of lists, and questions.
    private static (int Code, int Parts) CountLines(ReadOnlySpan<char> text)
    {
        int code = 0;
        int parts = 0;
        bool isFenced = false;
        foreach (ReadOnlySpan<char> whole in text.EnumerateLines())
        {
            ReadOnlySpan<char> line = whole.Trim();
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                isFenced = !isFenced;
            }
            else if (isFenced || IsCode(line))
            {
                code++;
            }
            else
            {
                bool isItem =
                    line.Length > 2
                    && (
                        (line[0] is '-' or '*' && line[1] == ' ')
                        || (char.IsAsciiDigit(line[0]) && line[1] is '.' or ')')
                    );
                parts += (isItem ? 1 : 0) + line.Count('?');
            }
        }

        return (code, parts);
    }

    private static bool IsCode(ReadOnlySpan<char> line) =>
        line.Length > 1
        && (
            line[^1] is ';' or '{' or '}'
            || line.StartsWith("def ", StringComparison.Ordinal)
            || line.StartsWith("import ", StringComparison.Ordinal)
            || line.StartsWith("#include", StringComparison.Ordinal)
            || line.Contains("=> ", StringComparison.Ordinal)
            || line.EndsWith("):", StringComparison.Ordinal)
        );
}
