using System.Text.Json.Nodes;

namespace LlmOperator.Deploy.Tests.Chart;

/// <summary>Two pods of a part are worth nothing when both are lost with one node.</summary>
public sealed class SpreadTests
{
    private static readonly string[] s_replicated = ["llm-operator", "llm-operator-router"];

    [Fact]
    public async Task Pods_OnNodesWithoutZones_AreSpreadOverNodes()
    {
        foreach (JsonObject pod in await ReplicatedAsync())
        {
            // The scheduler passes over nodes that lack the key of any soft constraint: one of zones would void this.
            JsonNode constraint = Assert.Single(pod["topologySpreadConstraints"]!.AsArray())!;
            Assert.Equal("kubernetes.io/hostname", (string?)constraint["topologyKey"]);
            Assert.Equal(
                ["kubernetes.io/hostname", "topology.kubernetes.io/zone"],
                pod["affinity"]!["podAntiAffinity"]!["preferredDuringSchedulingIgnoredDuringExecution"]!
                    .AsArray()
                    .Select(term => (string?)term!["podAffinityTerm"]!["topologyKey"])
            );
        }
    }

    [Fact]
    public async Task Pods_OnALostNode_AreMadeAnewAfterHalfAMinute()
    {
        foreach (JsonObject pod in await ReplicatedAsync())
        {
            Assert.Equal(
                [30L, 30L],
                pod["tolerations"]!.AsArray().Select(toleration => (long)toleration!["tolerationSeconds"]!)
            );
        }
    }

    private static async Task<IReadOnlyList<JsonObject>> ReplicatedAsync()
    {
        Rendering chart = await Rendering.OfAsync();
        JsonObject[] pods =
        [
            .. chart.Pods().Where(pod => s_replicated.Contains(pod.Name)).Select(pod => pod.Spec),
        ];
        Assert.Equal(s_replicated.Length, pods.Length);
        return pods;
    }
}
