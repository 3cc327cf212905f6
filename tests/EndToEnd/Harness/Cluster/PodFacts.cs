using System.Text.Json.Nodes;

namespace LlmOperator.EndToEnd.Harness.Cluster;

/// <summary>A pod of the chart.</summary>
internal sealed record PodFacts(string Name, string Node, string Uid)
{
    /// <summary>The pods of a part that are not being deleted.</summary>
    public static async Task<IReadOnlyList<PodFacts>> OfAsync(
        Installation installation,
        string component,
        CancellationToken cancellationToken
    )
    {
        string json = await installation.Cluster.KubectlAsync(
            null,
            cancellationToken,
            "get",
            "pods",
            "-n",
            Installation.System,
            "-l",
            $"app.kubernetes.io/component={component}",
            "-o",
            "json"
        );
        return
        [
            .. JsonNode.Parse(json)!["items"]!
                .AsArray()
                .Where(pod => pod!["metadata"]!["deletionTimestamp"] is null)
                .Select(pod => new PodFacts(
                    (string)pod!["metadata"]!["name"]!,
                    (string)pod["spec"]!["nodeName"]!,
                    (string)pod["metadata"]!["uid"]!
                )),
        ];
    }
}
