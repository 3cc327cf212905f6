using System.Net;
using System.Text;

namespace LlmOperator.ApiServer.Tests.CustomResources;

public class DefinitionTests
{
    private const string Crds = "apis/apiextensions.k8s.io/v1/customresourcedefinitions";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_IsEstablishedAtOnceAndServed()
    {
        await using var server = await WidgetServer.StartAsync();
        var crd = (await server.GetAsync($"{Crds}/widgets.test.llmoperator.dev")).Ok().Json;
        var conditions = crd["status"]!["conditions"]!.AsArray().Select(c => $"{c!["type"]}={c["status"]}");
        Assert.Equal(["NamesAccepted=True", "Established=True"], conditions);
        Assert.Equal("v1alpha1", (string)crd["status"]!["storedVersions"]![0]!);
        Assert.Equal("WidgetList", (string)crd["status"]!["acceptedNames"]!["listKind"]!);
        (await server.GetAsync(WidgetServer.Widgets)).Ok();
    }

    [Theory]
    [InlineData("name: widgets.test", "name: gadgets.test", "metadata.name")]
    [InlineData("storage: true", "storage: false", "spec.versions")]
    [InlineData("scope: Namespaced", "scope: Everywhere", "spec.scope")]
    [InlineData("'^[a-z]+$'", "'^[a-z'", "pattern")]
    [InlineData("required: [name]", "required: [port]", "default")]
    [InlineData("items: {type: string}}\n              args", "}\n              args", "items")]
    public async Task Create_DefinitionThatARealServerRefuses_IsInvalid(
        string old,
        string replacement,
        string field
    )
    {
        await using var fixture = await ApiServerFixture.StartAsync([], Cancellation);
        var yaml = WidgetServer.CrdYaml.Replace(old, replacement, StringComparison.Ordinal);
        Assert.NotEqual(WidgetServer.CrdYaml, yaml);
        using var content = new StringContent(yaml, Encoding.UTF8, "application/yaml");
        using var response = await fixture.Client.PostAsync(Crds, content, Cancellation);
        var answer = await ApiAnswer.ReadAsync(response, Cancellation);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Code);
        Assert.Contains(answer.CauseFields, f => f.Contains(field, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Update_SchemaChanges_ApplyToTheNextWrite()
    {
        await using var server = await WidgetServer.StartAsync();
        const string Path = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/size/enum/-";
        (
            await server.JsonPatchAsync(
                $"{Crds}/widgets.test.llmoperator.dev",
                $$"""[{"op":"add","path":"{{Path}}","value":"Huge"}]"""
            )
        ).Ok();
        (
            await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one", """{"size":"Huge"}"""))
        ).Ok();
    }

    [Fact]
    public async Task Versions_OneObject_IsServedInEach()
    {
        var second = """
              - name: v1
                served: true
                storage: false
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}

            """;
        var yaml = $"{WidgetServer.CrdYaml.TrimEnd()}\n{second}";
        await using var fixture = await ApiServerFixture.StartAsync([yaml], Cancellation);
        await using var server = WidgetServer.Over(fixture);
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        const string InV1 = "apis/test.llmoperator.dev/v1/namespaces/default/widgets";
        var read = (await server.GetAsync($"{InV1}/one")).Ok();
        Assert.Equal("test.llmoperator.dev/v1", (string)read.Json["apiVersion"]!);
        Assert.Equal(
            "test.llmoperator.dev/v1",
            (string)(await server.GetAsync(InV1)).Items[0]!["apiVersion"]!
        );
        (await server.MergeAsync($"{InV1}/one", """{"spec":{"replicas":3}}""")).Ok();
        var back = (await server.GetAsync($"{WidgetServer.Widgets}/one")).Ok();
        Assert.Equal(3, (long)back.Json["spec"]!["replicas"]!);
        Assert.Equal("test.llmoperator.dev/v1alpha1", (string)back.Json["apiVersion"]!);
        var group = (await server.GetAsync("apis/test.llmoperator.dev")).Ok();
        Assert.Equal("v1", (string)group.Json["preferredVersion"]!["version"]!);
    }

    [Fact]
    public async Task Install_TheProductsOwnCrds_AreAccepted()
    {
        var folder = Repository.Find("deploy/crds");
        var crds = Directory.GetFiles(folder, "*.yaml").Select(File.ReadAllText);
        await using var fixture = await ApiServerFixture.StartAsync(crds, Cancellation);
        await using var server = WidgetServer.Over(fixture);
        Assert.Equal(Directory.GetFiles(folder, "*.yaml").Length, (await server.GetAsync(Crds)).Items.Count);
        (await server.GetAsync("apis/llmoperator.dev/v1alpha1/llmmodels")).Ok();
    }
}
