using System.Text.Json.Nodes;
using LlmOperator.Deploy.Tests.Chart;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Deploy.Tests.Monitoring;

/// <summary>Alerts: each fires when it should and only then, and says what to do on a page that exists.</summary>
public sealed class AlertTests
{
    private const string Monitoring = "monitoring.coreos.com/v1";
    private static readonly string s_cases = Repository.PathOf(
        "tests/Deploy.Tests/Monitoring/alerts.test.yaml"
    );

    [Fact]
    public async Task Alerts_InTheCasesOfPromtool_FireWhenTheyShould()
    {
        (int code, string output, string errors) = await Tools.RunAsync(
            Promtool.Require(),
            "test",
            "rules",
            s_cases
        );

        Assert.True(code == 0, output + errors);
    }

    [Fact]
    public void Alerts_Each_HaveACaseThatFiresAndOneThatDoesNot()
    {
        JsonArray tests = KubernetesYaml.ReadAll(File.ReadAllText(s_cases), "cases")[0]["tests"]!.AsArray();
        ILookup<string, int> alerts = tests
            .SelectMany(t => t!["alert_rule_test"]!.AsArray())
            .ToLookup(a => (string)a!["alertname"]!, a => a!["exp_alerts"]!.AsArray().Count);

        Assert.NotEmpty(MetricNames.Alerts);
        Assert.All(
            MetricNames.Alerts,
            alert =>
            {
                IEnumerable<int> cases = alerts[(string)alert["alert"]!];
                Assert.Contains(0, cases);
                Assert.Contains(cases, c => c > 0);
            }
        );
    }

    [Fact]
    public void Alerts_Each_HaveSeverityTextsAndARunbookThatExists()
    {
        string index = Repository.Read("docs/runbooks/README.md");
        Assert.All(
            MetricNames.Alerts,
            alert =>
            {
                string name = (string)alert["alert"]!;
                Assert.Contains(
                    (string?)alert["labels"]!["severity"],
                    (string[])["critical", "warning", "info"]
                );
                Assert.False(string.IsNullOrEmpty((string?)alert["annotations"]!["summary"]), name);
                Assert.False(string.IsNullOrEmpty((string?)alert["annotations"]!["description"]), name);
                Uri page = new((string)alert["annotations"]!["runbook_url"]!);
                Assert.Equal($"/runbooks/{name}", page.AbsolutePath);
                string text = Repository.Read($"docs{page.AbsolutePath}.md");
                Assert.Contains("## What to do", text, StringComparison.Ordinal);
                // The page shows the rule as it is.
                Assert.Contains(((string)alert["expr"]!).Trim(), text, StringComparison.Ordinal);
                Assert.Contains($"after {(string)alert["for"]!}", text, StringComparison.Ordinal);
                Assert.Contains($"({name}.md)", index, StringComparison.Ordinal);
            }
        );
        Assert.Equal(
            MetricNames.Alerts.Count + 1,
            Directory.GetFiles(Repository.PathOf("docs/runbooks"), "*.md").Length
        );
    }

    [Fact]
    public async Task Chart_PrometheusRule_HasTheRulesOfTheFile()
    {
        Rendering chart = await Rendering.OfAsync(
            "-a",
            Monitoring,
            "--set",
            "monitoring.runbooks=https://wiki.example.com/llm/"
        );

        JsonArray rules = chart.Get("PrometheusRule", "llm-operator")["spec"]!["groups"]![0]![
            "rules"
        ]!.AsArray();
        Assert.Equal(
            MetricNames.Alerts.Select(a => (string?)a["expr"]),
            rules.Select(r => (string?)r!["expr"])
        );
        Assert.All(
            rules,
            r =>
                Assert.Equal(
                    $"https://wiki.example.com/llm/{r!["alert"]}",
                    (string?)r["annotations"]!["runbook_url"]
                )
        );
    }

    [Fact]
    public async Task Chart_Dashboards_AreForGrafanasSidecar()
    {
        Rendering chart = await Rendering.OfAsync("-a", Monitoring);
        JsonObject[] maps = [.. chart.OfKind("ConfigMap")];

        Assert.Equal(MetricNames.Dashboards.Count, maps.Length);
        Assert.All(
            maps,
            map =>
            {
                Assert.Equal("1", (string?)map["metadata"]!["labels"]!["grafana_dashboard"]);
                (string file, JsonNode? text) = Assert.Single(map["data"]!.AsObject());
                JsonObject dashboard = MetricNames.Dashboards.Single(d => d.Name == file).Dashboard;
                Assert.True(JsonNode.DeepEquals(dashboard, JsonNode.Parse((string)text!)), file);
            }
        );
    }

    [Fact]
    public void Dashboards_Each_TakeTheDataSourceFromAVariable()
    {
        Assert.All(
            MetricNames.Dashboards,
            d =>
            {
                Assert.Null(d.Dashboard["uid"]);
                Assert.Equal("datasource", (string?)d.Dashboard["templating"]!["list"]![0]!["type"]);
                string text = d.Dashboard.ToJsonString();
                int all = text.Split("\"uid\":").Length;
                Assert.Equal(all, text.Split("\"uid\":\"${datasource}\"").Length);
                Assert.True(all > 1);
            }
        );
    }
}
