using System.Text.Json.Nodes;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Testing.Engine;

namespace LlmOperator.Conformance.GitOps;

/// <summary>
/// What a GitOps tool does with every example: applies it, compares, applies it again. A server must find nothing to
/// change: all defaults are in the schema, and no value is stored otherwise than it is written.
/// </summary>
public sealed class DriftTests(TargetServers servers) : ConformanceTest(servers)
{
    private const string Manager = "gitops";

    [Theory, Case("C41")]
    public async Task Examples_AppliedAgain_ChangeNothing(TargetKind target)
    {
        await using Workspace work = await OpenAsync(target);
        foreach ((string path, JsonObject o) in Examples(work))
        {
            ApiAnswer first = (await work.ApplyAsync(path, Manager, o.ToJsonString())).Ok();
            JsonNode live = (await work.GetAsync(path)).Ok().Json;
            // What `kubectl diff --server-side` and Argo CD's server-side diff compare.
            JsonNode planned = (await work.ApplyAsync($"{path}?dryRun=All", Manager, o.ToJsonString()))
                .Ok()
                .Json;
            JsonNode second = (await work.ApplyAsync(path, Manager, o.ToJsonString())).Ok().Json;

            Assert.True(JsonNode.DeepEquals(Bare(live), Bare(planned)), $"{path}\n{live}\n{planned}");
            Assert.Equal(Version(first.Json), Version(second));
            Assert.Equal(1, (long)second["metadata"]!["generation"]!);
            // Nothing that was written is changed: what the server adds are defaults alone.
            Assert.True(Contains(second["spec"], o["spec"]), $"{path}\n{second["spec"]}\n{o["spec"]}");
            (await work.DeleteAsync(path)).Ok();
        }
    }

    [Theory, Case("C41")]
    public async Task Examples_CreatedThenApplied_KeepTheirGeneration(TargetKind target)
    {
        await using Workspace work = await OpenAsync(target);
        foreach ((string path, JsonObject o) in Examples(work))
        {
            (await work.PostAsync(path[..path.LastIndexOf('/')], o)).Ok();
            JsonNode applied = (await work.ApplyAsync(path, Manager, o.ToJsonString())).Ok().Json;

            Assert.Equal(1, (long)applied["metadata"]!["generation"]!);
            (await work.DeleteAsync(path)).Ok();
        }
    }

    private static IEnumerable<(string Path, JsonObject Object)> Examples(Workspace work)
    {
        string folder = Path.Combine(EngineFixture.RepositoryRoot, "examples");
        foreach (string file in Directory.GetFiles(folder, "*.yaml", SearchOption.AllDirectories).Order())
        {
            foreach (JsonObject o in KubernetesYaml.ReadAll(File.ReadAllText(file), file))
            {
                JsonNode crd = CrdManifests.All.Single(c =>
                    (string?)c["spec"]!["names"]!["kind"] == (string?)o["kind"]
                )["spec"]!;
                bool isNamespaced = (string?)crd["scope"] == "Namespaced";
                JsonObject metadata = o["metadata"]!.AsObject();
                if (isNamespaced)
                {
                    metadata["namespace"] = work.Namespace;
                }
                else
                {
                    metadata["name"] = work.Own((string)metadata["name"]!);
                }

                yield return (
                    $"apis/{o["apiVersion"]}/{(isNamespaced ? $"namespaces/{work.Namespace}/" : "")}{crd["names"]!["plural"]}/{metadata["name"]}",
                    o
                );
            }
        }
    }

    private static JsonNode Bare(JsonNode o)
    {
        JsonNode copy = o.DeepClone();
        // A dry run has its own time of the last write.
        copy["metadata"]!.AsObject().Remove("managedFields");
        return copy;
    }

    private static string Version(JsonNode o) => (string)o["metadata"]!["resourceVersion"]!;

    private static bool Contains(JsonNode? all, JsonNode? part) =>
        part switch
        {
            JsonObject o => all is JsonObject have && o.All(p => Contains(have[p.Key], p.Value)),
            JsonArray items => all is JsonArray have
                && have.Count == items.Count
                && items.Index().All(i => Contains(have[i.Index], i.Item)),
            _ => JsonNode.DeepEquals(all, part),
        };
}
