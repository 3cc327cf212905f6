namespace LlmOperator.Conformance.Formats;

public class DiscoveryTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C42")]
    public async Task Groups_OfTheServer_HoldTheGroupsOfCrds(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var groups = (await api.GetAsync("apis")).Ok().Json["groups"]!.AsArray();
        var group = groups.Single(g => (string)g!["name"]! == Workspace.Group)!;
        Same($$"""{"groupVersion":"{{Workspace.Group}}/v1","version":"v1"}""", group["preferredVersion"]);
        Assert.Contains("llmoperator.dev", groups.Select(g => (string)g!["name"]!));
    }

    [Theory, Case("C42")]
    public async Task Resources_OfAGroup_NameKindScopeVerbsAndShortNames(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var resources = (await api.GetAsync($"apis/{Workspace.Group}/v1")).Ok().Json["resources"]!.AsArray();
        var widgets = resources.Single(r => (string)r!["name"]! == "widgets")!;
        Assert.Equal("Widget", (string)widgets["kind"]!);
        Assert.True((bool)widgets["namespaced"]!);
        Same("""["wd"]""", widgets["shortNames"]);
        Same("""["conformance"]""", widgets["categories"]);
        Assert.Equal(
            ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
            widgets["verbs"]!.AsArray().Select(v => (string)v!).Order()
        );
        Assert.Equal("widget", (string)widgets["singularName"]!);
        Assert.False((bool)resources.Single(r => (string)r!["name"]! == "gadgets")!["namespaced"]!);
    }

    [Theory, Case("C42")]
    public async Task Resources_OfAGroup_HoldTheSubresources(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var names = (await api.GetAsync($"apis/{Workspace.Group}/v1")).Ok().Json["resources"]!
            .AsArray()
            .Select(r => (string)r!["name"]!)
            .ToList();
        Assert.Contains("widgets/status", names);
        Assert.Contains("widgets/scale", names);
        Assert.DoesNotContain("gadgets/status", names);
    }

    [Theory]
    [Case("C8", "apis/nowhere.example/v1/things")]
    [Case("C8", "apis/conformance.llmoperator.dev/v9/widgets")]
    [Case("C8", "apis/conformance.llmoperator.dev/v1/nothings")]
    public async Task Request_PathThatIsNotServed_Is404(TargetKind target, string path)
    {
        await using var api = await OpenAsync(target);
        Assert.Equal(404, (int)(await api.GetAsync(path)).Code);
    }

    [Theory, Case("C42")]
    public async Task Crd_OfAServedKind_IsEstablished(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var crd = await api.GetAsync(
            $"apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.{Workspace.Group}"
        );
        var conditions = crd.Ok().Json["status"]!["conditions"]!.AsArray();
        foreach (var type in new[] { "Established", "NamesAccepted" })
        {
            Assert.Equal("True", (string)conditions.Single(c => (string)c!["type"]! == type)!["status"]!);
        }
        Same("""["v1"]""", crd.Json["status"]!["storedVersions"]);
    }

    [Theory]
    [Case("C8", "widgets.other.example", "metadata.name")]
    [Case("C8", "things.conformance.llmoperator.dev", "metadata.name")]
    public async Task Crd_NameThatDoesNotFit_IsInvalid(TargetKind target, string name, string field)
    {
        await using var api = await OpenAsync(target);
        var crd = System.Text.Json.Nodes.JsonNode.Parse(
            $$"""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"{{name}}"},
             "spec":{"group":"{{Workspace.Group}}","scope":"Namespaced","names":{"plural":"others","kind":"Other"},
              "versions":[{"name":"v1","served":true,"storage":true,
               "schema":{"openAPIV3Schema":{"type":"object"} } }] } }
            """
        )!;
        var answer = await api.PostAsync("apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd);
        Assert.Contains(field, Refused(answer, 422, "Invalid").CauseFields);
    }

    [Theory, Case("C42")]
    public async Task OpenApi_OfTheGroup_DescribesTheKind(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.FieldValidation);
        // A kube-apiserver publishes the schema some time after it serves the kind.
        var document = await api.UntilAsync(
            $"openapi/v3/apis/{Workspace.Group}/v1",
            a => (int)a.Code == 200 && a.Text.Contains("Widget", StringComparison.Ordinal)
        );
        var schema = document.Json["components"]!["schemas"]!
            .AsObject()
            .Single(s => s.Key.EndsWith(".Widget", StringComparison.Ordinal))
            .Value!;
        Assert.Equal("integer", (string)schema["properties"]!["spec"]!["properties"]!["replicas"]!["type"]!);
    }
}
