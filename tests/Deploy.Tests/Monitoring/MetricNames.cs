using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Deploy.Tests.Monitoring;

/// <summary>The names of metrics that alerts and dashboards ask for, and those that a text of metrics has.</summary>
internal static partial class MetricNames
{
    public static readonly string AlertsFile = Repository.PathOf(
        "deploy/helm/llm-operator/files/monitoring/alerts.yaml"
    );

    public static IReadOnlyList<JsonObject> Alerts { get; } =
    [
        .. KubernetesYaml.ReadAll(File.ReadAllText(AlertsFile), "alerts.yaml")[0]["groups"]!
            .AsArray()
            .SelectMany(g => g!["rules"]!.AsArray())
            .Select(r => r!.AsObject()),
    ];

    public static IReadOnlyList<(string Name, JsonObject Dashboard)> Dashboards { get; } =
    [
        .. Directory
            .GetFiles(Repository.PathOf("deploy/helm/llm-operator/files/monitoring/dashboards"), "*.json")
            .Order(StringComparer.Ordinal)
            .Select(f => (Path.GetFileName(f), JsonNode.Parse(File.ReadAllText(f))!.AsObject())),
    ];

    /// <summary>Every expression of an alert, a panel or a variable, with where it stands.</summary>
    public static IEnumerable<(string Where, string Expression)> Expressions() =>
        Alerts
            .Select(a => ((string)a["alert"]!, (string)a["expr"]!))
            .Concat(
                Dashboards.SelectMany(d =>
                    Texts(d.Dashboard, ["expr", "definition"]).Select(e => (d.Name, e))
                )
            );

    /// <summary>Names in an expression that only metrics of ours can have.</summary>
    public static IEnumerable<string> Of(string expression) =>
        Name()
            .Matches(Quoted().Replace(expression, ""))
            .Select(m => m.Value)
            .Distinct(StringComparer.Ordinal);

    /// <summary>Names of all series of a text of metrics.</summary>
    public static IReadOnlySet<string> Exported(string metrics) =>
        metrics
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(l => !l.StartsWith('#'))
            .Select(l => l[..l.IndexOfAny([' ', '{'])])
            .ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Texts(JsonNode? node, string[] keys) =>
        node switch
        {
            JsonObject o => o.SelectMany(p =>
                keys.Contains(p.Key) && p.Value is JsonValue value ? [(string)value!] : Texts(p.Value, keys)
            ),
            JsonArray array => array.SelectMany(n => Texts(n, keys)),
            _ => [],
        };

    // A metric's name has an underscore; labels in by-clauses that have one as well are named here.
    [GeneratedRegex(
        @"\b(?!gen_ai_token_type|label_values|histogram_quantile|__rate_interval)[a-z]+_\w+\b(?!\()"
    )]
    private static partial Regex Name();

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();
}
