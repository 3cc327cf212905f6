using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Deploy.Tests.Chart;

/// <summary>The values: each one is documented, and there are no others.</summary>
public sealed partial class ValuesTests
{
    private static readonly JsonObject s_values = KubernetesYaml.ReadAll(
        Repository.Read("deploy/helm/llm-operator/values.yaml"),
        "values.yaml"
    )[0];

    private static readonly JsonNode s_schema = JsonNode.Parse(
        Repository.Read("deploy/helm/llm-operator/values.schema.json")
    )!;

    [Fact]
    public void Schema_KnowsEveryValueAndDescribesIt()
    {
        List<string> problems = [];
        Compare("", s_values, s_schema, problems);

        Assert.Empty(problems);
    }

    [Fact]
    public void Values_EachHaveACommentThatBeginsWithTheName()
    {
        string[] lines = Repository.Read("deploy/helm/llm-operator/values.yaml").Split('\n');
        List<string> undocumented = [];
        for (int i = 0; i < lines.Length; i++)
        {
            Match key = Key().Match(lines[i]);
            bool isInResources = key.Groups["name"].Value is "requests" or "limits";
            int first = i;
            while (first > 0 && lines[first - 1].TrimStart().StartsWith('#'))
            {
                first--;
            }

            string beginning = $"# {key.Groups["name"].Value} ";
            if (
                key.Success
                && !isInResources
                && !lines[first].TrimStart().StartsWith(beginning, StringComparison.Ordinal)
            )
            {
                undocumented.Add(lines[i]);
            }
        }

        Assert.Empty(undocumented);
    }

    [Theory]
    [InlineData("unknown=1", "unknown")]
    [InlineData("router.apiKeys.value=secret", "value")]
    [InlineData("operator.replicas=none", "replicas")]
    [InlineData("operator.replicas=0", "replicas")]
    [InlineData("operator.image.digest=latest", "digest")]
    [InlineData("agent.store.type=nfs", "type")]
    [InlineData("agent.tolerations[0].efect=NoSchedule", "efect")]
    [InlineData("agent.resources.limit.memory=1Gi", "limit")]
    [InlineData("networkPolicy.clients[0].podSelectors.a=b", "podSelectors")]
    [InlineData("sources.allowedHosts=one", "allowedHosts")]
    public async Task Schema_RefusesWhatItDoesNotKnow(string set, string named)
    {
        (int code, _, string errors) = await Rendering.TemplateAsync("--set", set);

        Assert.NotEqual(0, code);
        Assert.Contains(named, errors, StringComparison.Ordinal);
    }

    private static void Compare(string path, JsonObject values, JsonNode schema, List<string> problems)
    {
        JsonObject known = schema["properties"]?.AsObject() ?? [];
        if (path != "global" && (bool?)schema["additionalProperties"] != false)
        {
            problems.Add($"{path} lets unknown values through");
        }

        foreach (string name in known.Select(k => k.Key).Concat(values.Select(v => v.Key)).Distinct())
        {
            string full = $"{path}.{name}".TrimStart('.');
            if (known[name] is not { } property || !values.ContainsKey(name))
            {
                problems.Add($"{full} is in one of both only");
                continue;
            }

            if (string.IsNullOrWhiteSpace((string?)property["description"]))
            {
                problems.Add($"{full} has no description");
            }

            if (property["properties"] is not null && values[name] is JsonObject inner)
            {
                Compare(full, inner, property, problems);
            }
        }
    }

    [GeneratedRegex(@"^ *(?<name>\w+):", RegexOptions.ExplicitCapture)]
    private static partial Regex Key();
}
