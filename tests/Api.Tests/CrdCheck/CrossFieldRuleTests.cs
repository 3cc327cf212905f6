using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmOperator.Api.Schema;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Api.Tests.CrdCheck;

/// <summary>
/// A present API server takes our kinds and examples, within the limits of CEL, and refuses what contradicts itself;
/// the controllers refuse the same, because servers before CEL do not.
/// </summary>
public sealed partial class CrossFieldRuleTests
{
    private const string Crds = "deploy/crds";
    private const string Cases = "tests/Api.Tests/CrdCheck";

    public static TheoryData<string, string> Refused => Documents("refused.yaml");

    public static TheoryData<string, string> Accepted => Documents("accepted.yaml");

    [Fact]
    public async Task Server_KindsAndExamples_AreAccepted()
    {
        string[] examples = Directory.GetFiles(
            Path.Combine(Repository.Root, "examples"),
            "*.yaml",
            SearchOption.AllDirectories
        );

        IReadOnlyList<JsonObject> verdicts = await CrdCheckTool.JudgeAsync([Crds, .. examples]);

        Assert.Equal(CrdManifests.All.Count, verdicts.Count(v => Kind(v) == "CustomResourceDefinition"));
        Assert.True(verdicts.Count >= CrdManifests.All.Count + examples.Length);
        Assert.All(verdicts, v => Assert.True((string?)v["verdict"] == "accepted", v.ToJsonString()));
    }

    [Fact]
    public async Task Server_CasesOfRules_GetTheirVerdicts()
    {
        IReadOnlyList<JsonObject> verdicts = await CrdCheckTool.JudgeAsync(
            Crds,
            $"{Cases}/refused.yaml",
            $"{Cases}/accepted.yaml",
            $"{Cases}/immutable.yaml"
        );

        Assert.All(verdicts, v => Assert.True((bool)v["expected"]!, v.ToJsonString()));
        Assert.Equal(Refused.Count + 2, verdicts.Count(v => (string?)v["verdict"] == "rejected"));
    }

    [Fact]
    public async Task Server_CostOfEveryRule_IsFarBelowTheLimit()
    {
        // Per rule; a schema may have ten times as much (apiextensions-apiserver, StaticEstimatedCostLimit).
        const long Limit = 10_000_000;
        IReadOnlyList<JsonObject> verdicts = await CrdCheckTool.JudgeAsync("--costs", Crds);

        (string Where, long Cost)[] rules =
        [
            .. verdicts.SelectMany(v =>
                (v["rules"] as JsonArray ?? []).Select(r => ($"{v["name"]} {r!["path"]}", (long)r["cost"]!))
            ),
        ];

        Assert.Equal(
            CrdManifests.All.Sum(crd => crd.ToJsonString().Split("\"rule\":").Length - 1),
            rules.Length
        );
        Assert.All(rules, r => Assert.True(r.Cost < Limit / 4, $"{r.Where}: {r.Cost}"));
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Controllers_WhatTheServerRefuses_RefuseItToo(string name, string document)
    {
        Assert.NotEmpty(name);
        Assert.NotEmpty(Check(document));
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Controllers_WhatTheServerTakes_TakeItToo(string name, string document)
    {
        Assert.NotEmpty(name);
        Assert.Empty(Check(document));
    }

    [Fact]
    public void Rules_Each_HaveACaseThatBreaksThem()
    {
        string[] messages =
        [
            .. new[] { "refused.yaml", "immutable.yaml" }.SelectMany(f =>
                Match().Matches(Read(f)).Select(m => m.Groups["text"].Value)
            ),
        ];
        IEnumerable<string> rules = CrdManifests
            .All.SelectMany(crd => Rules(crd))
            .Select(r => (string)r["message"]!)
            .Distinct(StringComparer.Ordinal);

        Assert.All(rules, rule => Assert.Contains(messages, m => rule.Contains(m, StringComparison.Ordinal)));
    }

    private static IEnumerable<JsonObject> Rules(JsonNode? node) =>
        node switch
        {
            JsonObject o => o.SelectMany(p =>
                p.Key == "x-kubernetes-validations"
                    ? p.Value!.AsArray().Select(r => r!.AsObject())
                    : Rules(p.Value)
            ),
            JsonArray array => array.SelectMany(Rules),
            _ => [],
        };

    private static IReadOnlyList<SpecProblem> Check(string json)
    {
        JsonObject o = JsonNode.Parse(json)!.AsObject();
        return Kind(o) switch
        {
            "LlmModel" => LlmModelValidation.Check(Spec<LlmModelSpec>(o)),
            "ModelCatalog" => ModelCatalogValidation.Check(Spec<ModelCatalogSpec>(o)),
            "WorkerRole" => RoutingValidation.Check(Spec<WorkerRoleSpec>(o)),
            "RoutingPolicy" => RoutingValidation.Check(Spec<RoutingPolicySpec>(o)),
            "RouterKey" => RoutingValidation.Check(Spec<RouterKeySpec>(o)),
            "InferenceProvider" => RoutingValidation.Check(Spec<InferenceProviderSpec>(o)),
            string other => throw new NotSupportedException(other),
            null => throw new NotSupportedException(),
        };
    }

    private static T Spec<T>(JsonObject o) => KubernetesJson.Read<T>(o["spec"]!);

    private static string? Kind(JsonObject o) => (string?)o["kind"];

    private static TheoryData<string, string> Documents(string file)
    {
        TheoryData<string, string> data = [];
        foreach (JsonObject o in KubernetesYaml.ReadAll(Read(file), file))
        {
            data.Add($"{o["kind"]} {o["metadata"]!["name"]}", o.ToJsonString());
        }

        return data;
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, Cases, file));

    [GeneratedRegex("match=\"(?<text>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Match();
}
