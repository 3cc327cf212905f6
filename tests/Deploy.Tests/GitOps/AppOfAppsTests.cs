using System.Text.Json.Nodes;
using LlmOperator.Deploy.Tests.Chart;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Deploy.Tests.GitOps;

/// <summary>The sample app of apps names what is there, in an order that works, with values that the chart takes.</summary>
public sealed class AppOfAppsTests
{
    private static readonly IReadOnlyList<JsonObject> s_applications = KubernetesYaml.ReadAll(
        Repository.Read("deploy/argocd/applications.yaml"),
        "applications.yaml"
    );

    [Fact]
    public void Applications_NameFoldersThatExist_InOrder()
    {
        Assert.Equal(
            ["deploy/helm/llm-operator-crds", "deploy/helm/llm-operator", "examples/llmmodels"],
            s_applications
                .OrderBy(a =>
                    int.Parse(
                        (string)a["metadata"]!["annotations"]!["argocd.argoproj.io/sync-wave"]!,
                        System.Globalization.CultureInfo.InvariantCulture
                    )
                )
                .Select(a => (string)a["spec"]!["source"]!["path"]!)
        );
        Assert.All(
            s_applications,
            a =>
                Assert.True(
                    Directory.Exists(Repository.PathOf((string)a["spec"]!["source"]!["path"]!)),
                    a.ToJsonString()
                )
        );
        Assert.All(s_applications, a => Assert.Null(a["spec"]!["ignoreDifferences"]));
    }

    [Fact]
    public async Task ValuesOfTheApplication_RenderTheSameTwice()
    {
        JsonNode values = s_applications.Single(a => (string?)a["metadata"]!["name"] == "llm-operator")[
            "spec"
        ]!["source"]!["helm"]!["valuesObject"]!;
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, values.ToJsonString(), TestContext.Current.CancellationToken);

        Rendering first = await Rendering.OfAsync("-f", file);
        Rendering second = await Rendering.OfAsync("-f", file);
        File.Delete(file);

        Assert.Equal(
            first.Objects.Select(o => o.ToJsonString()),
            second.Objects.Select(o => o.ToJsonString())
        );
        Assert.Empty(first.OfKind("CustomResourceDefinition"));
        Assert.Empty(first.OfKind("Secret"));
    }
}
