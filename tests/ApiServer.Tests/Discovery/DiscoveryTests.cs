using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests.Discovery;

public class DiscoveryTests
{
    [Fact]
    public async Task Groups_ListEveryGroupOnceWithItsPreferredVersion()
    {
        await using var server = await WidgetServer.StartAsync();
        var groups = (await server.GetAsync("apis")).Ok().Json["groups"]!.AsArray();
        Assert.Equal(
            ["apiextensions.k8s.io", "coordination.k8s.io", "events.k8s.io", "test.llmoperator.dev"],
            groups.Select(g => (string)g!["name"]!).Order()
        );
        var group = (await server.GetAsync("apis/test.llmoperator.dev")).Ok();
        Assert.Equal("APIGroup", (string)group.Json["kind"]!);
        Assert.Equal(
            "test.llmoperator.dev/v1alpha1",
            (string)group.Json["preferredVersion"]!["groupVersion"]!
        );
    }

    [Fact]
    public async Task Resources_ListKindsWithStatusAndScale()
    {
        await using var server = await WidgetServer.StartAsync();
        var list = (await server.GetAsync("apis/test.llmoperator.dev/v1alpha1")).Ok();
        var resources = list.Json["resources"]!.AsArray();
        Assert.Equal(
            ["widgets", "widgets/status", "widgets/scale"],
            resources.Select(r => (string)r!["name"]!)
        );
        Assert.Equal("wd", (string)resources[0]!["shortNames"]![0]!);
        Assert.Equal("llm", (string)resources[0]!["categories"]![0]!);
        Assert.Equal("Scale", (string)resources[2]!["kind"]!);
        Assert.Equal("autoscaling", (string)resources[2]!["group"]!);
    }

    [Theory]
    [InlineData("v2")]
    [InlineData("v2beta1")]
    public async Task Aggregated_HoldsAllInOneDocument(string version)
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.GetAsync(
            "apis",
            $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList,application/json"
        );
        Assert.Equal("APIGroupDiscoveryList", (string)answer.Ok().Json["kind"]!);
        Assert.Contains($"v={version}", answer.ContentType, StringComparison.Ordinal);
        var widgets = answer.Items.Single(g => (string)g!["metadata"]!["name"]! == "test.llmoperator.dev")![
            "versions"
        ]![0]!["resources"]![0]!;
        Assert.Equal("widgets", (string)widgets["resource"]!);
        Assert.Equal("Namespaced", (string)widgets["scope"]!);
        Assert.Equal(
            ["status", "scale"],
            widgets["subresources"]!.AsArray().Select(s => (string)s!["subresource"]!)
        );
    }

    [Fact]
    public async Task OpenApiV3_IndexHashChangesWithTheCrd()
    {
        await using var server = await WidgetServer.StartAsync();
        var before = await UrlAsync(server);
        const string Crd =
            "apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.test.llmoperator.dev";
        (
            await server.JsonPatchAsync(
                Crd,
                """[{"op":"add","path":"/spec/names/shortNames/-","value":"wgt"}]"""
            )
        ).Ok();
        Assert.NotEqual(before, await UrlAsync(server));
    }

    [Fact]
    public async Task OpenApiV3_Document_HasSchemasAndPatchParameters()
    {
        await using var server = await WidgetServer.StartAsync();
        var document = (await server.GetAsync((await UrlAsync(server)).TrimStart('/'))).Ok().Json;
        Assert.StartsWith("3.0", (string)document["openapi"]!, StringComparison.Ordinal);
        var schema = document["components"]!["schemas"]!["dev.llmoperator.test.v1alpha1.Widget"]!;
        var kind = schema["x-kubernetes-group-version-kind"]![0]!;
        Assert.Equal(
            """{"group":"test.llmoperator.dev","kind":"Widget","version":"v1alpha1"}""",
            kind.ToJsonString()
        );
        Assert.Equal(
            "Zone to be in.",
            (string)
                schema["properties"]!["spec"]!["properties"]!["placement"]!["properties"]!["zone"]![
                    "description"
                ]!
        );
        var patch = document["paths"]![
            "/apis/test.llmoperator.dev/v1alpha1/namespaces/{namespace}/widgets/{name}"
        ]!["patch"]!;
        Assert.Contains("fieldValidation", patch["parameters"]!.AsArray().Select(p => (string)p!["name"]!));
        Assert.Equal("patch", (string)patch["x-kubernetes-action"]!);
    }

    [Fact]
    public async Task OpenApiV3_ReferencesOfEveryDocument_Resolve()
    {
        await using var server = await WidgetServer.StartAsync();
        var index = (await server.GetAsync("openapi/v3")).Ok().Json["paths"]!.AsObject();
        Assert.Contains("api/v1", index.Select(p => p.Key));
        foreach (var (path, _) in index)
        {
            var document = (await server.GetAsync($"openapi/v3/{path}")).Ok();
            var schemas = document.Json["components"]!["schemas"]!.AsObject();
            foreach (var reference in References(document.Json))
            {
                Assert.Contains(reference.Split('/')[^1], schemas.Select(s => s.Key));
            }
        }
    }

    private static async Task<string> UrlAsync(WidgetServer server)
    {
        var index = (await server.GetAsync("openapi/v3")).Ok();
        return (string)index.Json["paths"]!["apis/test.llmoperator.dev/v1alpha1"]!["serverRelativeURL"]!;
    }

    private static IEnumerable<string> References(JsonNode? node) =>
        node switch
        {
            JsonObject item => item.SelectMany(p =>
                p.Key == "$ref" ? [(string)p.Value!] : References(p.Value)
            ),
            JsonArray array => array.SelectMany(References),
            _ => [],
        };
}
