using System.Text.RegularExpressions;

namespace LlmOperator.Architecture.Tests;

/// <summary>
/// docs/runtime-semantics.md and the tests say the same: each line and each fault has tests, and the document names
/// all of them. LLMOP_UPDATE=1 writes the names into the document.
/// </summary>
public sealed partial class SemanticsTests
{
    private const string Document = "docs/runtime-semantics.md";
    private const int Lines = 54;
    private const int Faults = 16;

    private static readonly IReadOnlyList<CitedTest> s_tests = CitedTest.ReadAll();

    public static TheoryData<string> Rules =>
        [
            .. Enumerable.Range(1, Lines).Select(n => $"C{n}"),
            .. Enumerable.Range(1, Faults).Select(n => $"Fault {n}"),
        ];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Rule_EachLineAndFault_HasATestOutsideOfTheConformanceSuite(string rule) =>
        Assert.Contains(s_tests, t => t.Rule == rule && !t.IsConformance);

    [Theory]
    [MemberData(nameof(Rules))]
    public void Document_RowOfEachRule_NamesItsTests(string rule)
    {
        string[] row = Assert.Single(Rows(Repository.Read(Document)), r => r[0] == rule);

        Assert.Equal(TestsOf(rule), row[2]);
        Assert.NotEmpty(row[1]);
    }

    [Fact]
    public void Document_NoRow_IsPartly() =>
        Assert.DoesNotContain("Partly", Repository.Read(Document), StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Tests_OfAnUnknownRule_AreNone() =>
        Assert.Empty(s_tests.Where(t => !Rules.Any(r => r.Data == t.Rule)));

    [Fact]
    public void Document_WhenAsked_IsWrittenAgain()
    {
        string text = Repository.Read(Document);
        string written = string.Join(
            '\n',
            text.Split('\n')
                .Select(line =>
                    Row().Match(line) is { Success: true } row
                        ? $"| {row.Groups["rule"].Value} | {row.Groups["promise"].Value} | {TestsOf(row.Groups["rule"].Value)} |"
                        : line
                )
        );
        if (Environment.GetEnvironmentVariable("LLMOP_UPDATE") == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Root, Document), written);
            return;
        }

        Assert.True(
            written == text,
            "LLMOP_UPDATE=1 ./test Architecture writes the names of the tests again"
        );
    }

    private static IEnumerable<string[]> Rows(string text) =>
        text.Split('\n')
            .Select(line => Row().Match(line))
            .Where(m => m.Success)
            .Select(m =>
                new[] { m.Groups["rule"].Value, m.Groups["promise"].Value, m.Groups["tests"].Value }
            );

    private static string TestsOf(string rule)
    {
        IEnumerable<string> classes = s_tests
            .Where(t => t.Rule == rule && !t.IsConformance)
            .GroupBy(t => t.Class)
            .OrderBy(c => c.Key, StringComparer.Ordinal)
            .Select(c => $"`{c.Key}`: {string.Join(", ", c.Select(t => $"`{t.Method}`").Distinct())}");
        bool isInSuite = s_tests.Any(t => t.Rule == rule && t.IsConformance);
        return string.Join("; ", classes) + (isInSuite ? "; Conformance" : "");
    }

    [GeneratedRegex(
        @"^\| (?<rule>C\d+|Fault \d+) \| (?<promise>[^|]*) \| ?(?<tests>[^|]*?) \|$",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex Row();
}
