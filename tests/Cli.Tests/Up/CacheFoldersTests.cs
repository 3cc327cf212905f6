using LlmOperator.Cli.Up;

namespace LlmOperator.Cli.Tests.Up;

public sealed class CacheFoldersTests
{
    [Fact]
    public void Find_NothingSet_LooksInTheHomeFolder()
    {
        CacheFolders folders = CacheFolders.Find(_ => null, "/home/ann", _ => true);

        Assert.Equal(["/home/ann/.ollama/models"], folders.Ollama);
        Assert.Equal(["/home/ann/.cache/huggingface/hub"], folders.HuggingFace);
    }

    [Fact]
    public void Find_VariablesOfThePrograms_Count()
    {
        Dictionary<string, string> set = new()
        {
            ["OLLAMA_MODELS"] = "/data/ollama",
            ["HF_HOME"] = "/data/hf",
        };

        CacheFolders folders = CacheFolders.Find(set.GetValueOrDefault, "/home/ann", _ => true);

        Assert.Equal(["/data/ollama"], folders.Ollama);
        Assert.Equal(["/data/hf/hub"], folders.HuggingFace);
    }

    [Fact]
    public void Find_NoSuchFolder_GivesNone()
    {
        CacheFolders folders = CacheFolders.Find(_ => null, "/home/ann", _ => false);

        Assert.Empty(folders.Ollama);
        Assert.Empty(folders.HuggingFace);
    }
}
