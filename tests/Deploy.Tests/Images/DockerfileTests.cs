namespace LlmOperator.Deploy.Tests.Images;

/// <summary>Facts about the Dockerfiles, which cannot be built everywhere.</summary>
public sealed class DockerfileTests
{
    public static TheoryData<string, string> Programs =>
        new()
        {
            { "operator", "LlmOperator.Operator" },
            { "router", "LlmOperator.Router" },
            { "node-agent", "LlmOperator.NodeAgent" },
        };

    [Theory]
    [MemberData(nameof(Programs))]
    public void Dockerfile_BuildsItsProgram_AndRunsItAsNobody(string image, string program)
    {
        Dockerfile file = Dockerfile.Of(image);

        Assert.Equal(2, file.Bases.Count);
        Assert.All(file.Bases, b => Assert.StartsWith("${", b, StringComparison.Ordinal));
        Assert.Contains($"deploy/images/publish {image} --out /out", file.First("RUN"));
        Assert.Contains($"--from=build /out/{image} /opt/llm-operator", file.Last("COPY"));
        Assert.Equal(["65532:65532"], file.Last("USER"));
        Assert.Equal([$"[\"/opt/llm-operator/{program}\"]"], file.Last("ENTRYPOINT"));
        Assert.Empty(file.Last("RUN"));
    }

    [Fact]
    public void Dockerfile_OfTheAgent_OwnsItsDataFolder_AndAsksNoForeignHealth()
    {
        Dockerfile file = Dockerfile.Of("node-agent");

        Assert.Contains("--from=build --chown=65532:65532 /data /var/lib/llm-operator", file.Last("COPY"));
        Assert.Contains("LLMOP_DATA_DIR=/var/lib/llm-operator", file.Last("ENV"));
        Assert.Equal(["NONE"], file.Last("HEALTHCHECK"));
        Assert.Contains(
            "ENGINE=ghcr.io/ggml-org/llama.cpp:server-cuda",
            Repository.Read("deploy", "images", "node-agent", "Dockerfile"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Images_ComparedWithTheChart_HaveItsNamesAndVersion()
    {
        string values = Repository.Read("deploy", "helm", "llm-operator", "values.yaml");
        string version = Repository.Read("deploy", "helm", "llm-operator", "Chart.yaml");
        foreach (string image in Dockerfile.Images)
        {
            Assert.Contains($"repository: llm-operator/{image}\n", values, StringComparison.Ordinal);
            string tag = Assert.Single(Dockerfile.Of(image).Last("ARG")).Split('=')[1];
            Assert.Contains($"appVersion: {tag}\n", version, StringComparison.Ordinal);
        }
    }
}
