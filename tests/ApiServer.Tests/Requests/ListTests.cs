using System.Net;

namespace LlmOperator.ApiServer.Tests.Requests;

public class ListTests
{
    [Fact]
    public async Task List_Empty_HasAVersionAndNoItems()
    {
        await using var server = await WidgetServer.StartAsync();
        var list = (await server.GetAsync(WidgetServer.Widgets)).Ok();
        Assert.Equal("WidgetList", (string)list.Json["kind"]!);
        Assert.Equal("test.llmoperator.dev/v1alpha1", (string)list.Json["apiVersion"]!);
        Assert.Empty(list.Items);
        Assert.True(long.Parse(list.ResourceVersion) > 0);
    }

    [Fact]
    public async Task List_InPages_IsTheStateOfTheFirstPageWhateverIsWrittenMeanwhile_C11()
    {
        await using var server = await WidgetServer.StartAsync();
        await CreateAsync(server, "a", "b", "c", "d", "e");
        var first = (await server.GetAsync($"{WidgetServer.Widgets}?limit=2")).Ok();
        (await server.DeleteAsync($"{WidgetServer.Widgets}/d")).Ok();
        await CreateAsync(server, "bb");
        (await server.MergeAsync($"{WidgetServer.Widgets}/e", """{"spec":{"replicas":9}}""")).Ok();
        var second = (await server.GetAsync(Next(first))).Ok();
        var third = (await server.GetAsync(Next(second))).Ok();
        Assert.Equal(["a", "b"], first.Names);
        Assert.Equal(3, (long)first.Json["metadata"]!["remainingItemCount"]!);
        Assert.Equal(["c", "d"], second.Names);
        Assert.Equal(["e"], third.Names);
        Assert.Equal(1, (long)third.Items[0]!["spec"]!["replicas"]!);
        Assert.Equal(first.ResourceVersion, second.ResourceVersion);
        Assert.Equal(first.ResourceVersion, third.ResourceVersion);
        Assert.Null(third.Json["metadata"]!["continue"]);
    }

    [Fact]
    public async Task List_ContinueAfterCompaction_IsGoneWithATokenToGoOn_C11()
    {
        await using var server = await WidgetServer.StartAsync();
        await CreateAsync(server, "a", "b", "c");
        var first = (await server.GetAsync($"{WidgetServer.Widgets}?limit=2")).Ok();
        await CreateAsync(server, "d");
        server.Server.CompactHistory();
        var gone = await server.GetAsync(Next(first));
        Assert.Equal(HttpStatusCode.Gone, gone.Code);
        Assert.Equal("Expired", gone.Reason);
        var rest = (await server.GetAsync(Next(gone))).Ok();
        Assert.Equal(["c", "d"], rest.Names);
    }

    [Fact]
    public async Task List_ExactVersion_ShowsThePast()
    {
        await using var server = await WidgetServer.StartAsync();
        await CreateAsync(server, "a");
        var then = await server.GetAsync(WidgetServer.Widgets);
        await CreateAsync(server, "b");
        var past = (await server.GetAsync(Exact(then.ResourceVersion))).Ok();
        Assert.Equal(["a"], past.Names);
        Assert.Equal(then.ResourceVersion, past.ResourceVersion);
    }

    [Fact]
    public async Task List_ExactVersionCompacted_IsGone_C12()
    {
        await using var server = await WidgetServer.StartAsync();
        var then = await server.GetAsync(WidgetServer.Widgets);
        await CreateAsync(server, "a");
        server.Server.CompactHistory();
        var answer = await server.GetAsync(Exact(then.ResourceVersion));
        Assert.Equal(HttpStatusCode.Gone, answer.Code);
        Assert.Equal("Expired", answer.Reason);
    }

    [Theory]
    [InlineData("?resourceVersion=0")]
    [InlineData("?resourceVersion=1&resourceVersionMatch=NotOlderThan")]
    [InlineData("?resourceVersion=1")]
    public async Task List_NotOlderThan_IsTheCurrentState(string query)
    {
        await using var server = await WidgetServer.StartAsync();
        await CreateAsync(server, "a");
        Assert.Equal(["a"], (await server.GetAsync(WidgetServer.Widgets + query)).Ok().Names);
    }

    [Fact]
    public async Task List_VersionOfTheFuture_IsTooLarge_C12()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.GetAsync($"{WidgetServer.Widgets}?resourceVersion=999999");
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.Code);
        Assert.Equal("Timeout", answer.Reason);
        Assert.Equal("ResourceVersionTooLarge", (string)answer.Json["details"]!["causes"]![0]!["reason"]!);
    }

    [Theory]
    [InlineData(
        "?resourceVersionMatch=Exact",
        "resourceVersionMatch is forbidden unless resourceVersion is provided"
    )]
    [InlineData("?resourceVersion=0&resourceVersionMatch=Exact", "is forbidden for resourceVersion \"0\"")]
    [InlineData(
        "?resourceVersion=1&resourceVersionMatch=Newest",
        "supported values: \"Exact\", \"NotOlderThan\""
    )]
    [InlineData("?sendInitialEvents=true", "sendInitialEvents is forbidden for list")]
    public async Task List_ImpossibleOptions_AreRefused(string query, string message)
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.GetAsync(WidgetServer.Widgets + query);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Code);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_BrokenContinueToken_IsABadRequest()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.GetAsync($"{WidgetServer.Widgets}?limit=1&continue=%21%21");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Code);
    }

    [Theory]
    [InlineData("app=web", "a,b")]
    [InlineData("app==web,tier!=back", "a")]
    [InlineData("app in (web, api)", "a,b,c")]
    [InlineData("tier notin (back)", "a,c,d")]
    [InlineData("!app", "d")]
    [InlineData("app", "a,b,c")]
    public async Task List_LabelSelector_SelectsAsKubernetesDoes_C23(string selector, string expected)
    {
        await using var server = await WidgetServer.StartAsync();
        await LabelledAsync(server, "a", """{"app":"web","tier":"front"}""");
        await LabelledAsync(server, "b", """{"app":"web","tier":"back"}""");
        await LabelledAsync(server, "c", """{"app":"api"}""");
        await LabelledAsync(server, "d", "{}");
        var list = await server.GetAsync(
            $"{WidgetServer.Widgets}?labelSelector={Uri.EscapeDataString(selector)}"
        );
        Assert.Equal(expected, string.Join(',', list.Ok().Names));
    }

    [Theory]
    [InlineData("metadata.name=a", "a")]
    [InlineData("metadata.name!=a", "b")]
    [InlineData("spec.node=n2", "b")]
    [InlineData("metadata.namespace=default,spec.node=n1", "a")]
    public async Task List_FieldSelector_SelectsByNameAndSelectableFields_C23(
        string selector,
        string expected
    )
    {
        await using var server = await WidgetServer.StartAsync();
        (
            await server.PostAsync(
                WidgetServer.Widgets,
                WidgetServer.Widget("a", """{"size":"Small","node":"n1"}""")
            )
        ).Ok();
        (
            await server.PostAsync(
                WidgetServer.Widgets,
                WidgetServer.Widget("b", """{"size":"Small","node":"n2"}""")
            )
        ).Ok();
        var list = await server.GetAsync(
            $"{WidgetServer.AllWidgets}?fieldSelector={Uri.EscapeDataString(selector)}"
        );
        Assert.Equal(expected, string.Join(',', list.Ok().Names));
    }

    [Fact]
    public async Task List_FieldThatCannotBeSelectedBy_IsABadRequest()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.GetAsync($"{WidgetServer.Widgets}?fieldSelector=spec.size=Small");
        Assert.Equal(HttpStatusCode.BadRequest, answer.Code);
        Assert.Equal("field label not supported: spec.size", answer.Message);
    }

    [Fact]
    public async Task List_AllNamespaces_HoldsObjectsOfEach()
    {
        await using var server = await WidgetServer.StartAsync();
        await CreateAsync(server, "a");
        var elsewhere = WidgetServer.Widgets.Replace("default", "kube-public", StringComparison.Ordinal);
        (await server.PostAsync(elsewhere, WidgetServer.Widget("b"))).Ok();
        Assert.Equal(["a", "b"], (await server.GetAsync(WidgetServer.AllWidgets)).Names);
        Assert.Equal(["b"], (await server.GetAsync(elsewhere)).Names);
    }

    private static string Next(ApiAnswer page) =>
        $"{WidgetServer.Widgets}?limit=2&continue={page.Json["metadata"]!["continue"]}";

    private static string Exact(string version) =>
        $"{WidgetServer.Widgets}?resourceVersion={version}&resourceVersionMatch=Exact";

    private static async Task CreateAsync(WidgetServer server, params string[] names)
    {
        foreach (var name in names)
        {
            (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget(name))).Ok();
        }
    }

    private static async Task LabelledAsync(WidgetServer server, string name, string labels)
    {
        var body = WidgetServer.Widget(name);
        body["metadata"]!["labels"] = System.Text.Json.Nodes.JsonNode.Parse(labels);
        (await server.PostAsync(WidgetServer.Widgets, body)).Ok();
    }
}
