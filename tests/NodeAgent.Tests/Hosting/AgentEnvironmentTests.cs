using LlmOperator.NodeAgent.Hosting;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.NodeAgent.Tests.Hosting;

public sealed class AgentEnvironmentTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("env-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Read_NothingButWhatIsRequired_IsTheDefaultAndSound()
    {
        NodeAgentOptions options = Read();

        options.Validate();
        Assert.Null(options.Mirror);
        Assert.True(options.ServesRegistry);
        Assert.Null(options.RegistryToken);
        Assert.Equal(new StoreWatermarks(80, 70), options.Watermarks);
        Assert.Null(options.SourceSettings.Proxy);
    }

    [Fact]
    public void Read_MirrorAndRegistry_TakesTokensFromTheirFiles()
    {
        NodeAgentOptions options = Read(
            ("LLMOP_MIRROR", "http://mirror.site:11401"),
            ("LLMOP_MIRROR_TOKEN_FILE", File("mirror", "their-token\n")),
            ("LLMOP_REGISTRY_TOKEN_FILE", File("registry", "0123456789abcdef-ours\n")),
            ("LLMOP_STORE_WATERMARKS", "90/85"),
            ("LLMOP_PULL_RATE", "1Mi"),
            ("LLMOP_OLLAMA_MODELS", "/a:/b")
        );

        options.Validate();
        Assert.Equal(new Uri("http://mirror.site:11401"), options.Mirror);
        Assert.Equal("their-token", options.MirrorToken);
        Assert.Equal("0123456789abcdef-ours", options.RegistryToken);
        Assert.Equal(new StoreWatermarks(90, 85), options.Watermarks);
        Assert.Equal(1 << 20, options.MostPullBytesPerSecond);
        Assert.Equal(["/a", "/b"], options.OllamaFolders);
    }

    [Theory]
    [InlineData("LLMOP_MIRROR", "mirror.site", "must be an http or https URL")]
    [InlineData("LLMOP_MIRROR", "http://me:pw@mirror.site", "without user name and password")]
    [InlineData("LLMOP_MIRROR", "http://127.0.0.1:5000", "loopback")]
    [InlineData("LLMOP_REGISTRY", "yes", "must be true or false")]
    [InlineData("LLMOP_STORE_WATERMARKS", "80", "two percentages such as 80/70")]
    [InlineData("LLMOP_STORE_WATERMARKS", "70/80", "the first not below the second")]
    [InlineData("LLMOP_PULL_RATE", "fast", "must be a quantity")]
    public void Read_WrongSetting_SaysWhatItMustBe(string name, string value, string expected)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Read((name, value)).Validate());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_RegistryTokenThatIsShort_IsRefusedWithoutIt()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            Read(("LLMOP_REGISTRY_TOKEN_FILE", File("registry", "sh0rt"))).Validate()
        );

        Assert.Contains("at least 16 characters", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sh0rt", error.Message, StringComparison.Ordinal);
    }

    private string File(string name, string content)
    {
        string path = Path.Combine(_folder.FullName, name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    private NodeAgentOptions Read(params (string Name, string Value)[] settings)
    {
        Dictionary<string, string> environment = new(StringComparer.Ordinal)
        {
            ["LLMOP_NODE_NAME"] = "node-a",
            ["LLMOP_DATA_DIR"] = "/var/lib/llm-operator",
            ["LLMOP_SERVING_TOKEN_FILE"] = File("serving", "0123456789abcdef\n"),
        };
        foreach ((string name, string value) in settings)
        {
            environment[name] = value;
        }

        return AgentEnvironment.Read(name => environment.GetValueOrDefault(name));
    }
}
