using LlmOperator.Engines.LlamaCpp;

namespace LlmOperator.Engines.Tests.LlamaCpp;

public sealed class LlamaServerLocatorTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llmop-locator-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Locate_NothingThere_IsNullAndRequiredSaysWhatToDo()
    {
        LlamaServerLocator locator = new(_ => null);

        Assert.Null(locator.Locate());
        EngineException error = Assert.Throws<EngineException>(() => locator.LocateRequired());
        Assert.Contains("LLMOP_LLAMA_SERVER", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Locate_OnThePath_IsFound()
    {
        string program = Touch("llama-server");

        Assert.Equal(program, Locator(("PATH", $"/nowhere:{_folder.FullName}")).Locate()?.FileName);
    }

    [Fact]
    public void Locate_Variable_IsACommandLineAndWinsOverThePath()
    {
        Touch("llama-server");
        string wrapper = Touch("my wrapper");

        LlamaServerCommand? command = Locator(
                ("PATH", _folder.FullName),
                ("LLMOP_LLAMA_SERVER", $"'{wrapper}' --nice \"a b\"")
            )
            .Locate();

        Assert.Equal(wrapper, command?.FileName);
        Assert.Equal(["--nice", "a b"], command?.Arguments);
    }

    [Fact]
    public void Locate_VariableIsAPathWithBlanks_IsThatFile()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, "a b")).FullName;
        string program = Path.Combine(folder, "llama-server");
        File.WriteAllText(program, "");

        LlamaServerCommand? command = new LlamaServerLocator(name =>
            name == LlamaServerLocator.Variable ? program : null
        ).Locate();

        Assert.Equal(program, command?.FileName);
        Assert.Equal([], command?.Arguments);
    }

    [Fact]
    public void Locate_ExplicitPath_WinsOverAll()
    {
        string program = Touch("other");

        Assert.Equal(program, Locator(("LLMOP_LLAMA_SERVER", "/missing")).Locate(program)?.FileName);
    }

    [Fact]
    public void Locate_VariableNamesNothing_IsAnErrorAndNoFallback()
    {
        Touch("llama-server");

        EngineException error = Assert.Throws<EngineException>(() =>
            Locator(("PATH", _folder.FullName), ("LLMOP_LLAMA_SERVER", "/missing/llama-server")).Locate()
        );

        Assert.Equal(EngineFailure.NotFound, error.Failure);
        Assert.Contains("/missing/llama-server", error.Message, StringComparison.Ordinal);
    }

    private static LlamaServerLocator Locator(params (string Name, string Value)[] variables) =>
        new(name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    private string Touch(string name)
    {
        string path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, "");
        return path;
    }
}
