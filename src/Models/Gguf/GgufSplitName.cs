using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace LlmOperator.Models.Gguf;

/// <summary>
/// The name of one part of a split model, as the engine reads and writes it: <c>model-00002-of-00005.gguf</c>.
/// </summary>
/// <param name="Stem">What stands before the numbers; may have folders.</param>
/// <param name="Number">1 for the first part.</param>
/// <param name="Count">Parts in all.</param>
/// <param name="Extension"><c>.gguf</c> as it is written.</param>
public sealed partial record GgufSplitName(string Stem, int Number, int Count, string Extension)
{
    /// <summary>This part's name.</summary>
    public override string ToString() => $"{Stem}-{Number:D5}-of-{Count:D5}{Extension}";

    /// <summary>The names of all parts in order.</summary>
    public IReadOnlyList<string> All() =>
        [.. Enumerable.Range(1, Count).Select(number => (this with { Number = number }).ToString())];

    /// <summary>False for a name that is not of one part, or whose numbers are impossible.</summary>
    /// <param name="name">A file name or a path.</param>
    /// <param name="part">The parts of the name.</param>
    public static bool TryParse(string name, [NotNullWhen(true)] out GgufSplitName? part)
    {
        Match match = Pattern().Match(name);
        int number = match.Success ? int.Parse(match.Groups["number"].ValueSpan) : 0;
        int count = match.Success ? int.Parse(match.Groups["count"].ValueSpan) : 0;
        part =
            number >= 1 && number <= count && count <= GgufConstants.MaxParts
                ? new GgufSplitName(
                    match.Groups["stem"].Value,
                    number,
                    count,
                    match.Groups["extension"].Value
                )
                : null;
        return part is not null;
    }

    [GeneratedRegex(
        @"^(?<stem>.*)-(?<number>[0-9]{5})-of-(?<count>[0-9]{5})(?<extension>\.gguf)$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Pattern();
}
