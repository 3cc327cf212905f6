using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Api.Tests.Schema;

/// <summary>What <c>kubectl get</c> shows: it fits a terminal, and every kind answers to category and short name.</summary>
public sealed class ColumnTests
{
    // What lists are read on.
    private const int Width = 100;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_TypicalObjects_FitATerminal()
    {
        await using ApiServerFixture server = await ApiServerFixture.StartAsync(
            CrdManifests.All.Select(crd => KubernetesYaml.Write(crd)),
            Token
        );
        using Kubectl kubectl = new(server.Server);
        Dictionary<string, JsonObject> typical = KubernetesYaml
            .ReadAll(
                await File.ReadAllTextAsync(
                    Path.Combine(Repository.Root, "tests/Api.Tests/Schema/typical-objects.yaml"),
                    Token
                ),
                "typical-objects.yaml"
            )
            .ToDictionary(o => (string)o["kind"]!);
        Assert.Equal(
            CrdManifests.All.Select(crd => (string)crd["spec"]!["names"]!["kind"]!).Order(),
            typical.Keys.Order()
        );
        foreach (JsonObject crd in CrdManifests.All)
        {
            JsonNode names = crd["spec"]!["names"]!;
            JsonObject o = typical[(string)names["kind"]!];
            await CreateAsync(server, crd, o);

            foreach (string resource in new[] { (string)names["plural"]!, (string)names["shortNames"]![0]! })
            {
                KubectlResult result = await kubectl.RunAsync($"get {resource} -n default", Token);
                Assert.True(result.ExitCode == 0, result.Error);
                string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
                Assert.Equal(2, lines.Length);
                Assert.All(
                    lines,
                    line => Assert.True(line.TrimEnd().Length <= Width, $"{line.TrimEnd().Length}: {line}")
                );
                Assert.DoesNotContain("<none>", lines[1], StringComparison.Ordinal);
            }
        }

        KubectlResult all = await kubectl.RunAsync("get llm -n default -o name", Token);
        Assert.Equal(
            CrdManifests
                .All.Select(crd =>
                    $"{crd["spec"]!["names"]!["singular"]}.{crd["spec"]!["group"]}/{typical[(string)crd["spec"]!["names"]!["kind"]!]["metadata"]!["name"]}"
                )
                .Order(),
            all.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order()
        );
    }

    private static async Task CreateAsync(ApiServerFixture server, JsonObject crd, JsonObject o)
    {
        string collection =
            $"apis/{o["apiVersion"]}/{((string?)o["metadata"]!["namespace"] is { } ns ? $"namespaces/{ns}/" : "")}{crd["spec"]!["names"]!["plural"]}";
        using StringContent body = new(o.ToJsonString(), Encoding.UTF8, "application/json");
        using HttpResponseMessage created = await server.Client.PostAsync(collection, body, Token);
        Assert.True(created.IsSuccessStatusCode, await created.Content.ReadAsStringAsync(Token));
        using StringContent status = new(
            new JsonObject { ["status"] = o["status"]!.DeepClone() }.ToJsonString(),
            Encoding.UTF8,
            "application/merge-patch+json"
        );
        using HttpResponseMessage patched = await server.Client.PatchAsync(
            $"{collection}/{o["metadata"]!["name"]}/status",
            status,
            Token
        );
        Assert.True(patched.IsSuccessStatusCode, await patched.Content.ReadAsStringAsync(Token));
    }
}
