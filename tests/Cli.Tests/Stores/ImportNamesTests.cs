using LlmOperator.Cli.Stores;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.Cli.Tests.Stores;

public sealed class ImportNamesTests
{
    [Theory]
    [InlineData("/x/Qwen2.5-0.5B-Instruct-Q4_K_M.gguf", "qwen2.5-0.5b-instruct-q4_k_m:latest")]
    [InlineData("/x/big model-00001-of-00003.gguf", "big-model:latest")]
    public void Of_FileName_GivesAName(string file, string expected) =>
        Assert.Equal(expected, ImportNames.Of(file).ToString());

    [Fact]
    public void FilesOf_Folder_TakesASplitModelOnce()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("llmop-import-");
        try
        {
            foreach (
                string name in new[] { "b-00001-of-00002.gguf", "b-00002-of-00002.gguf", "a.gguf", "n.txt" }
            )
            {
                File.WriteAllText(Path.Combine(folder.FullName, name), "");
            }

            Assert.Equal(
                ["a.gguf", "b-00001-of-00002.gguf"],
                ImportNames.FilesOf([folder.FullName]).Select(Path.GetFileName)
            );
            Assert.Throws<CliException>(() => ImportNames.FilesOf([Path.Combine(folder.FullName, "no")]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Find_NameOrDigits_GivesTheModel()
    {
        StoredModelFiles model = new()
        {
            Name = "library/demo:latest",
            Files =
            [
                new StoredFile
                {
                    Role = ResolvedFileRole.Weights,
                    Digest = ModelDigest.Parse(new string('a', 64)),
                    SizeBytes = 1,
                },
            ],
        };

        Assert.Same(model, StoredModels.Find([model], "demo"));
        Assert.Same(model, StoredModels.Find([model], "sha256:aaaaaaaa"));
        Assert.Throws<CliException>(() => StoredModels.Find([model], "other"));
    }
}
