namespace LlmOperator.Deploy.Tests;

/// <summary>Facts about the Dockerfiles, which cannot be built everywhere.</summary>
public sealed class ImageTests
{
    public static TheoryData<string, string> Images =>
        new()
        {
            { "operator", "Operator" },
            { "router", "Router" },
            { "node-agent", "NodeAgent" },
        };

    [Theory]
    [MemberData(nameof(Images))]
    public void Dockerfile_BuildsItsProgram_AndRunsItAsNobody(string image, string project)
    {
        string[] lines = Repository.Read("deploy", "images", image, "Dockerfile").Split('\n');
        string[] stages = [.. lines.Where(l => l.StartsWith("FROM ", StringComparison.Ordinal))];

        Assert.Equal(2, stages.Length);
        Assert.All(stages, s => Assert.StartsWith("FROM ${", s, StringComparison.Ordinal));
        Assert.Contains(
            lines,
            l => l.StartsWith($"RUN dotnet publish src/{project} ", StringComparison.Ordinal)
        );
        Assert.True(Directory.Exists(Repository.PathOf("src", project)));
        int final = Array.LastIndexOf(lines, stages[1]);
        Assert.Contains("USER 65532:65532", lines[final..]);
        Assert.DoesNotContain(lines[final..], l => l.StartsWith("RUN ", StringComparison.Ordinal));
        Assert.Contains(
            lines[final..],
            l =>
                l.StartsWith("ENTRYPOINT [", StringComparison.Ordinal)
                && l.Contains($"LlmOperator.{project}", StringComparison.Ordinal)
        );
    }
}
