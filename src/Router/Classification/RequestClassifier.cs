using System.Text.RegularExpressions;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Classification;

/// <summary>
/// Puts a request into data classes by its own texts. What a client's header names is added to that and takes nothing
/// away. Pure.
/// </summary>
internal static class RequestClassifier
{
    /// <summary>Header by which a client puts its request into further classes, separated by commas.</summary>
    public const string Header = "x-llm-data-class";

    private static readonly Regex s_escape = new("\\\\u[0-9a-fA-F]{4}", RegexOptions.NonBacktracking);
    private const string ByHeader = "header";

    /// <summary>Classifies a request.</summary>
    /// <param name="texts">Its strings.</param>
    /// <param name="added">Text that is added to the request and cannot be changed, such as a role's system prompt; null for none.</param>
    /// <param name="header">Value of the header; null when there is none.</param>
    /// <param name="classes">Classes that are looked for.</param>
    public static Classified Classify(
        RequestTexts texts,
        string? added,
        string? header,
        IReadOnlyList<CompiledDataClass> classes
    )
    {
        Dictionary<string, Collected> found = new(StringComparer.OrdinalIgnoreCase);
        foreach (RequestText text in texts.All)
        {
            List<Finding> findings = TextClassifier.Scan(text.Text, classes);
            Collect(found, findings, canBeReplaced: true);
            // Arguments of tools are JSON in a string: their escapes hide words of other languages.
            if (text.Text.Contains("\\u", StringComparison.Ordinal))
            {
                List<Finding> hidden = TextClassifier.Scan(Unescape(text.Text), classes);
                Collect(found, hidden, canBeReplaced: hidden.Count <= findings.Count);
            }
        }

        if (added is not null)
        {
            Collect(found, TextClassifier.Scan(added, classes), canBeReplaced: false);
        }

        CollectUnreadable(found, texts, classes);
        foreach (string name in Names(header))
        {
            Add(found, name, ByHeader, canBeReplaced: false);
        }

        ClassFound[] all =
        [
            .. found
                .OrderBy(f => f.Key, StringComparer.Ordinal)
                .Select(f => new ClassFound(
                    f.Key,
                    [.. f.Value.Kinds.Order(StringComparer.Ordinal)],
                    LeavingOf(f.Key, f.Value, classes)
                )),
        ];
        return all.Length == 0 ? Classified.None : new Classified(all, all.Min(c => c.Leaving));
    }

    // A class that nobody but a header knows stays in. One that is declared is Allowed, or goes by what was found.
    private static DataLeaving LeavingOf(
        string name,
        Collected found,
        IReadOnlyList<CompiledDataClass> classes
    )
    {
        DataLeaving declared =
            classes.FirstOrDefault(c => Classified.Same(c.Rule.Name, name))?.Rule.Leaving
            ?? DataLeaving.Forbidden;
        return declared == DataLeaving.Redacted && !found.CanBeReplaced ? DataLeaving.Forbidden : declared;
    }

    // Token numbers are text that was made unreadable: where anything is kept in, they are too.
    private static void CollectUnreadable(
        Dictionary<string, Collected> found,
        RequestTexts texts,
        IReadOnlyList<CompiledDataClass> classes
    )
    {
        bool isLookedFor = classes.Any(c => c.Rule.Name == DataClasses.Unreadable);
        if (texts.HasUnreadable && isLookedFor)
        {
            Add(found, DataClasses.Unreadable, "file", canBeReplaced: false);
        }

        if (texts.HasTokenNumbers && (isLookedFor || classes.Any(c => c.Rule.Leaving != DataLeaving.Allowed)))
        {
            Add(found, DataClasses.Unreadable, "token-numbers", canBeReplaced: false);
        }
    }

    private static string[] Names(string? header) =>
        (header ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static void Collect(
        Dictionary<string, Collected> found,
        List<Finding> findings,
        bool canBeReplaced
    )
    {
        foreach (Finding finding in findings)
        {
            Add(found, finding.DataClass, finding.Kind, canBeReplaced);
        }
    }

    private static void Add(Dictionary<string, Collected> found, string name, string kind, bool canBeReplaced)
    {
        if (!found.TryGetValue(name, out Collected? collected))
        {
            found[name] = collected = new Collected();
        }

        collected.Kinds.Add(kind);
        collected.CanBeReplaced &= canBeReplaced;
    }

    private static string Unescape(string text) =>
        s_escape.Replace(
            text,
            m => ((char)int.Parse(m.ValueSpan[2..], System.Globalization.NumberStyles.HexNumber)).ToString()
        );

    private sealed class Collected
    {
        public HashSet<string> Kinds { get; } = new(StringComparer.Ordinal);

        public bool CanBeReplaced { get; set; } = true;
    }
}
