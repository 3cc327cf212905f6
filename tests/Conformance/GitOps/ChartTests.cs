using System.Diagnostics;
using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Testing.Engine;

namespace LlmOperator.Conformance.GitOps;

/// <summary>A server takes everything that the chart makes for its version; nothing is stored, it is a dry run.</summary>
public sealed class ChartTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C41")]
    public async Task Chart_OfTheServersVersion_IsTaken(TargetKind target)
    {
        if (Environment.GetEnvironmentVariable("LLMOP_HELM") is not { Length: > 0 } helm)
        {
            Assert.Skip("There is no helm: let LLMOP_HELM name one (eng/fetch-helm).");
            return;
        }

        await using var api = await OpenAsync(target, Need.CoreKinds);
        if ((int)(await api.GetAsync("apis/apps/v1")).Code != 200)
        {
            Assert.Skip("not applicable: the server has no workloads");
        }

        var version = (string)(await api.GetAsync("version")).Ok().Json["gitVersion"]!;
        foreach (var o in await RenderAsync(helm, version, api.Namespace))
        {
            var path = await PathOfAsync(api, o);
            (
                await api.ApplyAsync($"{path}?dryRun=All&fieldValidation=Strict", "gitops", o.ToJsonString())
            ).Ok();
        }
    }

    private static async Task<IReadOnlyList<JsonObject>> RenderAsync(
        string helm,
        string version,
        string space
    )
    {
        var start = new ProcessStartInfo(helm) { UseShellExecute = false, RedirectStandardOutput = true };
        // The kinds are on the server already, as the examples need them.
        var chart = Path.Combine(EngineFixture.RepositoryRoot, "deploy/helm/llm-operator");
        var arguments =
            $"template llm-operator {chart} --namespace {space} --kube-version {version} --set crds.enabled=false";
        foreach (var argument in arguments.Split(' '))
        {
            start.ArgumentList.Add(argument);
        }
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return KubernetesYaml.ReadAll(output, "chart");
    }

    private static async Task<string> PathOfAsync(Workspace api, JsonObject o)
    {
        var version = (string)o["apiVersion"]!;
        var root = version.Contains('/', StringComparison.Ordinal) ? $"apis/{version}" : $"api/{version}";
        var kind = (await api.GetAsync(root)).Ok().Json["resources"]!
            .AsArray()
            .First(r =>
                (string?)r!["kind"] == (string?)o["kind"]
                && !((string)r["name"]!).Contains('/', StringComparison.Ordinal)
            )!;
        var space = (bool)kind["namespaced"]! ? $"namespaces/{o["metadata"]!["namespace"]}/" : "";
        return $"{root}/{space}{kind["name"]}/{o["metadata"]!["name"]}";
    }
}
