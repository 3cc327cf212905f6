using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Resources;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Deploy.Tests.GitOps;

/// <summary>kstatus, Argo CD's script and Flux's expressions say the same of every state that our objects have.</summary>
public sealed class HealthTests
{
    private static readonly JsonObject[] s_states =
    [
        .. KubernetesYaml.ReadAll(Repository.Read("tests/Deploy.Tests/GitOps/states.yaml"), "states.yaml")[0][
            "states"
        ]!
            .AsArray()
            .Select(s => s!.AsObject()),
    ];

    [Fact]
    public void States_CoverEveryKindAndVerdict()
    {
        Assert.True(s_states.Length >= 40);
        Assert.Equal(
            CrdGenerator
                .Kinds.Select(k => ResourceDefinition.For(k).Kind)
                // The routers' accounts have no conditions, and no repository makes them.
                .Where(k => k != "BudgetLedger")
                .Order(),
            s_states.Select(s => (string)s["object"]!["kind"]!).Distinct(StringComparer.Ordinal).Order()
        );
        Assert.Equal(
            ["Current", "Failed", "InProgress"],
            s_states.Select(s => (string)s["verdict"]!).Distinct(StringComparer.Ordinal).Order()
        );
        // Two of the three answers to "both at once" would depend on the order of the list.
        Assert.DoesNotContain(
            s_states,
            s =>
                s["object"]!["status"]?["conditions"] is JsonArray conditions
                && conditions.Count(c => (string?)c!["type"] is "Reconciling" or "Stalled") > 1
        );
    }

    [Fact]
    public void Kstatus_OfEveryState_IsTheVerdict() =>
        AssertVerdicts(
            s => (string?)s["kstatus"] ?? (string)s["verdict"]!,
            [.. s_states.Select(s => Kstatus.Of(s["object"]!.AsObject()))]
        );

    [Fact]
    public async Task ArgoCd_OfEveryState_IsTheVerdict()
    {
        StringBuilder program = new("local function health(o) obj = o; return dofile(arg[1]) end\n");
        foreach (JsonObject state in s_states)
        {
            program.Append(
                $"h = health({Lua(state["object"])}); assert(type(h.message) == 'string'); print(h.status)\n"
            );
        }

        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, program.ToString(), TestContext.Current.CancellationToken);
            (int code, string output, string errors) = await Tools.RunAsync(
                Tools.Require("lua5.4"),
                file,
                Repository.PathOf("deploy", "argocd", "health.lua")
            );
            Assert.True(code == 0, errors);
            AssertVerdicts(
                s =>
                    (string?)s["argo"]
                    ?? (string)s["verdict"]! switch
                    {
                        "Current" => "Healthy",
                        "Failed" => "Degraded",
                        _ => "Progressing",
                    },
                output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            );
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Flux_OfEveryState_IsTheVerdict()
    {
        JsonArray kinds = KubernetesYaml.ReadAll(
            Repository.Read("deploy/flux/kustomization.yaml"),
            "kustomization.yaml"
        )[0]["spec"]!["healthCheckExprs"]!.AsArray();

        AssertVerdicts(
            s => (string)s["verdict"]!,
            await FluxExpressions.EvaluateAsync(kinds[0]!, [.. s_states.Select(s => s["object"]!.AsObject())])
        );
    }

    [Fact]
    public void Flux_ExpressionsOfEveryKind_AreTheSame()
    {
        JsonArray kinds = KubernetesYaml.ReadAll(
            Repository.Read("deploy/flux/kustomization.yaml"),
            "kustomization.yaml"
        )[0]["spec"]!["healthCheckExprs"]!.AsArray();

        Assert.Equal(
            CrdGenerator
                .Kinds.Select(k => ResourceDefinition.For(k).Kind)
                // Made by the operator and the routers, never by a repository.
                .Where(k => k is not ("ModelReplica" or "BudgetLedger"))
                .Order(),
            kinds.Select(k => (string)k!["kind"]!).Order()
        );
        Assert.Single(
            kinds
                .Select(k => $"{k!["apiVersion"]} {k["inProgress"]} {k["failed"]} {k["current"]}")
                .Distinct(StringComparer.Ordinal)
        );
    }

    private static void AssertVerdicts(Func<JsonObject, string> expected, IReadOnlyList<string> actual)
    {
        Assert.Equal(s_states.Length, actual.Count);
        Assert.Empty(
            s_states
                .Zip(actual)
                .Where(p => expected(p.First) != p.Second)
                .Select(p => $"{p.First["is"]}: {expected(p.First)} was expected, {p.Second} was said")
        );
    }

    private static string Lua(JsonNode? node) =>
        node switch
        {
            JsonObject o => "{" + string.Join(",", o.Select(p => $"[\"{p.Key}\"]={Lua(p.Value)}")) + "}",
            JsonArray array => "{" + string.Join(",", array.Select(Lua)) + "}",
            null => "nil",
            _ => node.ToJsonString(),
        };
}
