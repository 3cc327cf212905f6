using System.Text.Json.Nodes;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.Tests.Schema;

/// <summary>deploy/crds and docs/reference are generated; <c>eng/generate</c> writes them again.</summary>
public sealed class GeneratedFilesTests
{
    private static readonly bool s_update = Environment.GetEnvironmentVariable("LLMOP_UPDATE") == "1";

    public static TheoryData<Type> Kinds => [.. CrdGenerator.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Crd_ComparedWithItsType_IsCurrent(Type kind)
    {
        JsonObject crd = CrdGenerator.Generate(kind);
        RequireCurrent(Path.Combine("deploy", "crds", CrdManifests.FileNameOf(crd)), CrdManifests.Text(crd));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ReferencePage_ComparedWithItsType_IsCurrent(Type kind)
    {
        JsonObject crd = CrdGenerator.Generate(kind);
        RequireCurrent(
            Path.Combine("docs", "reference", ReferencePages.FileNameOf(crd)),
            ReferencePages.Text(crd)
        );
    }

    [Fact]
    public void CrdFolder_HoldsNothingElse() =>
        Assert.Equal(
            CrdGenerator.Kinds.Select(k => CrdManifests.FileNameOf(CrdGenerator.Generate(k))).Order(),
            Directory
                .GetFiles(Path.Combine(Repository.Root, "deploy", "crds"))
                .Select(Path.GetFileName)
                .Order()
        );

    private static void RequireCurrent(string path, string expected)
    {
        string file = Path.Combine(Repository.Root, path);
        if (s_update)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, expected);
        }

        Assert.True(
            File.Exists(file) && File.ReadAllText(file) == expected,
            $"{path} is stale: run eng/generate and commit what it writes."
        );
    }
}
