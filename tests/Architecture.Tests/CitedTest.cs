using System.Text.RegularExpressions;

namespace LlmOperator.Architecture.Tests;

/// <summary>A test and one rule that it cites, read from the source of the tests.</summary>
/// <param name="Rule"><c>C33</c> or <c>Fault 5</c>.</param>
/// <param name="Class">Class of the test.</param>
/// <param name="Method">Method.</param>
/// <param name="IsConformance">True for a case of the conformance suite.</param>
internal sealed partial record CitedTest(string Rule, string Class, string Method, bool IsConformance)
{
    public static IReadOnlyList<CitedTest> ReadAll() =>
        [
            .. Repository
                .Files("tests", ".cs")
                .Where(f => !f.StartsWith("tests/Architecture.Tests/", StringComparison.Ordinal))
                .SelectMany(f => Read(Repository.Read(f))),
        ];

    private static IEnumerable<CitedTest> Read(string text)
    {
        string type = "";
        List<(string Rule, bool IsConformance)> cited = [];
        foreach (string line in text.Split('\n'))
        {
            type = TypeLine().Match(line) is { Success: true } t ? t.Groups["name"].Value : type;
            if (TraitLine().Match(line) is { Success: true } trait)
            {
                string value = trait.Groups["value"].Value;
                cited.Add((trait.Groups["name"].Value == "Fault" ? $"Fault {value}" : value, false));
            }

            if (CaseLine().Match(line) is { Success: true } found)
            {
                cited.AddRange(found.Groups["lines"].Value.Split(' ').Select(rule => (rule, true)));
            }

            if (MethodLine().Match(line) is { Success: true } method)
            {
                foreach ((string rule, bool isConformance) in cited)
                {
                    yield return new CitedTest(rule, type, method.Groups["name"].Value, isConformance);
                }

                cited.Clear();
            }
        }
    }

    [GeneratedRegex(@"\bclass (?<name>\w+Tests)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex TypeLine();

    [GeneratedRegex(
        @"\[Trait\(""(?<name>Semantics|Fault)"", ""(?<value>C?\d+)""\)",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex TraitLine();

    [GeneratedRegex(@"\bCase\(""(?<lines>C\d+( C\d+)*)""", RegexOptions.ExplicitCapture)]
    private static partial Regex CaseLine();

    [GeneratedRegex(@"^    public (async )?(Task|void) (?<name>\w+)\(", RegexOptions.ExplicitCapture)]
    private static partial Regex MethodLine();
}
