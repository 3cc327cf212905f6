using System.Text.RegularExpressions;

namespace LlmOperator.Architecture.Tests;

/// <summary>Files stay small, findable and finished.</summary>
public sealed partial class FileTests
{
    private const int MaximumLines = 500;

    [Fact]
    public void Source_EveryFile_HasAtMostFiveHundredLines() =>
        Assert.Empty(
            Repository
                .Files("src", ".cs")
                .Concat(Repository.Files("tests", ".cs"))
                .Select(f => (File: f, Lines: Repository.Read(f).AsSpan().Count('\n')))
                .Where(f => f.Lines > MaximumLines)
                .Select(f => $"{f.File}: {f.Lines} lines")
        );

    [Fact]
    public void Source_EveryFile_LiesInTheFolderOfItsNamespace()
    {
        // Kinds share one namespace however they are filed, as their readers use several at once.
        IEnumerable<string> misplaced =
            from file in Repository.Files("src", ".cs")
            where !file.StartsWith("src/Api/V1Alpha1/", StringComparison.Ordinal)
            let match = NamespaceLine().Match(Repository.Read(file))
            where match.Success
            let folder = Path.GetDirectoryName(file)!["src/".Length..].Replace('/', '.')
            where match.Groups["name"].Value != "LlmOperator." + folder
            select $"{file}: {match.Groups["name"].Value}";

        Assert.Empty(misplaced);
    }

    [Fact]
    public void Repository_NoFile_IsUnfinished() => AssertNone(Unfinished(), "src", "tests", "eng", "docs");

    [Fact]
    public void Repository_NoFile_NamesAMachineOrARegistryHost() =>
        AssertNone(MachineOrHost(), "src", "tests", "eng", "docs", "deploy", "examples", "tools");

    private static void AssertNone(Regex pattern, params string[] folders)
    {
        IEnumerable<string> found =
            from folder in folders
            where Directory.Exists(Path.Combine(Repository.Root, folder))
            from file in Repository.Files(folder, ".cs", ".md", ".sh", ".py", ".yaml", ".json", "")
            where !file.StartsWith("tests/Architecture.Tests/", StringComparison.Ordinal)
            let match = pattern.Match(Repository.Read(file))
            where match.Success
            select $"{file}: {match.Value}";

        Assert.Empty(found);
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(
        @"/(work|farm|root)/|https?://[a-z.]*(nuget|npmjs|debian)[.]",
        RegexOptions.ExplicitCapture
    )]
    private static partial Regex MachineOrHost();
}
