using System.Xml.Linq;

namespace LlmOperator.Architecture.Tests;

/// <summary>Dependencies go one way: the table is the architecture.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Kubernetes"] = [],
        ["Telemetry"] = [],
        ["Models"] = [],
        ["Controllers"] = ["Kubernetes", "Telemetry"],
        ["Api"] = ["Kubernetes"],
        ["ApiServer"] = ["Kubernetes"],
        ["Artifacts"] = ["Kubernetes", "Api", "Models"],
        ["Engines"] = ["Models"],
        ["Operator"] = ["Kubernetes", "Controllers", "Api", "Models", "Artifacts", "Engines", "Telemetry"],
        ["NodeAgent"] = ["Kubernetes", "Controllers", "Api", "Models", "Artifacts", "Engines", "Telemetry"],
        ["Router"] = ["Kubernetes", "Controllers", "Api", "Telemetry"],
        ["Cli"] =
        [
            "Kubernetes",
            "Controllers",
            "Api",
            "ApiServer",
            "Models",
            "Artifacts",
            "Engines",
            "Telemetry",
            "Operator",
            "NodeAgent",
            "Router",
        ],
    };

    public static TheoryData<string> Projects => [.. s_allowed.Keys];

    [Fact]
    public void Source_EveryProject_IsInTheTable() =>
        Assert.Equal(
            s_allowed.Keys.Order(StringComparer.Ordinal),
            Repository
                .Files("src", ".csproj")
                .Select(f => Path.GetFileNameWithoutExtension(f))
                .Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Projects))]
    public void References_EachProject_StayWithinTheTable(string project)
    {
        IEnumerable<string> references = XDocument
            .Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"))
            .Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Empty(references.Except(s_allowed[project]));
    }

    [Theory]
    [InlineData("Models")]
    [InlineData("Engines")]
    [InlineData("Telemetry")]
    public void Source_OfKubernetesFreeProjects_DoesNotNameKubernetes(string project) =>
        Assert.Empty(
            Repository
                .Files(Path.Combine("src", project), ".cs")
                .Where(f => Repository.Read(f).Contains("LlmOperator.Kubernetes", StringComparison.Ordinal))
        );

    [Fact]
    public void Placement_Folder_HasNoKubernetesTypes() =>
        Assert.Empty(
            Repository
                .Files("src/Operator/Placement", ".cs")
                .Where(f =>
                    Repository.Read(f).Contains("LlmOperator.Kubernetes", StringComparison.Ordinal)
                    || Repository.Read(f).Contains("LlmOperator.Api", StringComparison.Ordinal)
                )
        );
}
