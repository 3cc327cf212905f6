using System.Runtime.CompilerServices;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Classification;

namespace LlmOperator.Router.Tests.Classification;

/// <summary>How often ordinary text and code is taken for what it is not: this repository is the sample.</summary>
public sealed class FalsePositiveTests
{
    private static readonly CompiledDataClass[] s_classes =
    [
        CompiledDataClass.Compile(new DataClassRule { Name = DataClasses.Secret }),
        CompiledDataClass.Compile(new DataClassRule { Name = DataClasses.PersonalData }),
    ];

    [Fact]
    public void Scan_SourcesAndDocs_AreFoundInFewerThanOneOfTwoHundredFiles()
    {
        string root = RepositoryRoot();
        // Tests hold keys that are made up to look like keys: they are not ordinary.
        string[] files =
        [
            .. new[] { "src", "docs", "deploy", "eng", "examples" }
                .SelectMany(d =>
                    Directory.EnumerateFiles(Path.Combine(root, d), "*", SearchOption.AllDirectories)
                )
                .Where(f => Path.GetExtension(f) is ".cs" or ".md" or ".yaml" or ".sh" or ".json" or "")
                .Where(f =>
                    !f.Contains("/bin/", StringComparison.Ordinal)
                    && !f.Contains("/obj/", StringComparison.Ordinal)
                ),
        ];
        long characters = 0;
        List<string> found = [];
        foreach (string file in files)
        {
            string text = File.ReadAllText(file);
            characters += text.Length;
            found.AddRange(
                TextClassifier
                    .Scan(text, s_classes)
                    .Select(f =>
                        $"{Path.GetRelativePath(root, file)}: {f.Kind} {text.Substring(f.Start, Math.Min(f.Length, 60))}"
                    )
            );
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{found.Count} findings in {files.Length} files of {characters} characters\n{string.Join('\n', found)}"
        );
        Assert.True(files.Length > 500, $"{files.Length} files");
        Assert.True(found.Count * 200 < files.Length, string.Join('\n', found));
    }

    private static string RepositoryRoot([CallerFilePath] string path = "")
    {
        DirectoryInfo? folder = new(Path.GetDirectoryName(path)!);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "LlmOperator.sln")))
        {
            folder = folder.Parent;
        }

        return folder!.FullName;
    }
}
