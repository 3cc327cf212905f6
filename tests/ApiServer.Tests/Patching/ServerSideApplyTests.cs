using System.Net;
using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Tests.Patching;

public class ServerSideApplyTests
{
    private const string One = $"{WidgetServer.Widgets}/one";

    [Fact]
    public async Task Apply_ObjectMissing_CreatesItWithManagedFields_C41()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.ApplyAsync(
            One,
            "a",
            WidgetServer.Widget(
                "one",
                """{"size":"Small","tags":["x"],"ports":[{"name":"http","port":80}]}"""
            )
        );
        Assert.Equal(HttpStatusCode.Created, answer.Code);
        var entry = Assert.Single(answer.Json["metadata"]!["managedFields"]!.AsArray())!;
        Assert.Equal("a", (string)entry["manager"]!);
        Assert.Equal("Apply", (string)entry["operation"]!);
        var expected = JsonNode.Parse(
            """
            {"f:spec":{"f:size":{},"f:tags":{"v:\"x\"":{}},
              "f:ports":{"k:{\"name\":\"http\"}":{".":{},"f:name":{},"f:port":{}}}}}
            """
        );
        Assert.True(JsonNode.DeepEquals(expected, entry["fieldsV1"]), entry.ToJsonString());
    }

    [Fact]
    public async Task Apply_FieldOfAnotherManager_IsAConflictWithCauses_C41()
    {
        await using var server = await WidgetServer.StartAsync();
        (
            await server.ApplyAsync(One, "a", WidgetServer.Widget("one", """{"size":"Small","replicas":1}"""))
        ).Ok();
        var answer = await server.ApplyAsync(
            One,
            "b",
            WidgetServer.Widget("one", """{"size":"Small","replicas":2}""")
        );
        Assert.Equal(HttpStatusCode.Conflict, answer.Code);
        Assert.Equal("Apply failed with 1 conflict: conflict with \"a\": .spec.replicas", answer.Message);
        Assert.Equal([".spec.replicas"], answer.CauseFields);
    }

    [Fact]
    public async Task Apply_ByForce_TakesTheFieldFromTheOtherManager_C41()
    {
        await using var server = await WidgetServer.StartAsync();
        (
            await server.ApplyAsync(One, "a", WidgetServer.Widget("one", """{"size":"Small","replicas":1}"""))
        ).Ok();
        var forced = WidgetServer.Widget("one", """{"size":"Small","replicas":2}""");
        (await server.ApplyAsync(One, "b", forced, force: true)).Ok();
        var back = await server.ApplyAsync(
            One,
            "a",
            WidgetServer.Widget("one", """{"size":"Small","replicas":3}""")
        );
        Assert.Contains("conflict with \"b\": .spec.replicas", back.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_SameValueByTwoManagers_IsSharedUntilBothGiveItUp_C41()
    {
        await using var server = await WidgetServer.StartAsync();
        var both = WidgetServer.Widget("one", """{"size":"Small","node":"n1"}""");
        var without = WidgetServer.Widget("one", """{"size":"Small"}""");
        (await server.ApplyAsync(One, "a", both)).Ok();
        (await server.ApplyAsync(One, "b", both)).Ok();
        var first = (await server.ApplyAsync(One, "a", without)).Ok();
        Assert.Equal("n1", (string)first.Json["spec"]!["node"]!);
        var second = (await server.ApplyAsync(One, "b", without)).Ok();
        Assert.Null(second.Json["spec"]!["node"]);
    }

    [Fact]
    public async Task Apply_ListMap_MergesEntriesByKeyAndRemovesOnlyOwnOnes_C41()
    {
        await using var server = await WidgetServer.StartAsync();
        (
            await server.ApplyAsync(
                One,
                "a",
                Ports("""[{"name":"http","port":80},{"name":"admin","port":1}]""")
            )
        ).Ok();
        (await server.ApplyAsync(One, "b", Ports("""[{"name":"grpc","port":90}]"""))).Ok();
        var result = (await server.ApplyAsync(One, "a", Ports("""[{"name":"http","port":81}]"""))).Ok();
        var ports = result.Json["spec"]!["ports"]!.AsArray().Select(p => $"{p!["name"]}={p["port"]}").Order();
        Assert.Equal(["grpc=90", "http=81"], ports);
    }

    [Fact]
    public async Task Apply_Set_UnitesValues()
    {
        await using var server = await WidgetServer.StartAsync();
        (
            await server.ApplyAsync(
                One,
                "a",
                WidgetServer.Widget("one", """{"size":"Small","tags":["x","y"]}""")
            )
        ).Ok();
        (
            await server.ApplyAsync(One, "b", WidgetServer.Widget("one", """{"size":"Small","tags":["z"]}"""))
        ).Ok();
        var result = await server.ApplyAsync(
            One,
            "a",
            WidgetServer.Widget("one", """{"size":"Small","tags":["y"]}""")
        );
        Assert.Equal(
            ["y", "z"],
            result.Ok().Json["spec"]!["tags"]!.AsArray().Select(t => (string)t!).Order()
        );
    }

    [Fact]
    public async Task Apply_AtomicList_IsOwnedAsAWhole()
    {
        await using var server = await WidgetServer.StartAsync();
        (
            await server.ApplyAsync(
                One,
                "a",
                WidgetServer.Widget("one", """{"size":"Small","args":["1","2"]}""")
            )
        ).Ok();
        var answer = await server.ApplyAsync(
            One,
            "b",
            WidgetServer.Widget("one", """{"size":"Small","args":["1"]}""")
        );
        Assert.Equal([".spec.args"], answer.CauseFields);
    }

    [Fact]
    public async Task Apply_SameConfigurationAgain_KeepsTheResourceVersion()
    {
        await using var server = await WidgetServer.StartAsync();
        var body = WidgetServer.Widget("one", """{"size":"Small","ports":[{"name":"http"}]}""");
        var first = (await server.ApplyAsync(One, "a", body)).Ok();
        var second = (await server.ApplyAsync(One, "a", body)).Ok();
        Assert.Equal(HttpStatusCode.OK, second.Code);
        Assert.Equal(first.ResourceVersion, second.ResourceVersion);
    }

    [Fact]
    public async Task Apply_AfterAMergePatchChangedTheField_NamesTheUpdateInTheConflict()
    {
        await using var server = await WidgetServer.StartAsync();
        (
            await server.ApplyAsync(One, "a", WidgetServer.Widget("one", """{"size":"Small","replicas":1}"""))
        ).Ok();
        (await server.MergeAsync($"{One}?fieldManager=hand", """{"spec":{"replicas":5}}""")).Ok();
        var answer = await server.ApplyAsync(
            One,
            "a",
            WidgetServer.Widget("one", """{"size":"Small","replicas":1}""")
        );
        Assert.Equal(
            "Apply failed with 1 conflict: conflict with \"hand\" using test.llmoperator.dev/v1alpha1: .spec.replicas",
            answer.Message
        );
    }

    [Fact]
    public async Task Apply_UnknownField_IsRefusedWithItsPath()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.ApplyAsync(
            One,
            "a",
            WidgetServer.Widget("one", """{"size":"Small","sise":1}""")
        );
        Assert.Contains(".spec.sise: field not declared in schema", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_WithoutFieldManager_IsRefused_C41()
    {
        await using var server = await WidgetServer.StartAsync();
        var answer = await server.SendAsync(
            HttpMethod.Patch,
            One,
            WidgetServer.Widget("one"),
            "application/apply-patch+yaml"
        );
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Code);
        Assert.Equal(
            "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch",
            answer.Message
        );
    }

    [Fact]
    public async Task Apply_Status_OwnsConditionsByTypeAndLeavesTheSpec_C43()
    {
        await using var server = await WidgetServer.StartAsync();
        (await server.PostAsync(WidgetServer.Widgets, WidgetServer.Widget("one"))).Ok();
        var ready = StatusOf("""{"type":"Ready","status":"True"}""");
        ready["spec"] = JsonNode.Parse("""{"size":"Large"}""");
        (await server.ApplyAsync($"{One}/status", "a", ready)).Ok();
        var result = (
            await server.ApplyAsync($"{One}/status", "b", StatusOf("""{"type":"Stored","status":"True"}"""))
        ).Ok();
        Assert.Equal("Small", (string)result.Json["spec"]!["size"]!);
        Assert.Equal(1, result.Generation);
        Assert.Equal(
            ["Ready", "Stored"],
            result.Json["status"]!["conditions"]!.AsArray().Select(c => (string)c!["type"]!)
        );
    }

    [Fact]
    public async Task Apply_EmojiInRawUtf8_ComesBackUnchanged_C41()
    {
        await using var server = await WidgetServer.StartAsync();
        const string Text = "{{ bos }} 😀 größe 漢字 \u0001 \"quoted\"";
        var body = WidgetServer.Widget("one");
        body["spec"]!["text"] = Text;
        (await server.ApplyAsync(One, "a", body)).Ok();
        var raw = await server.GetAsync(One);
        Assert.Equal(Text, (string)raw.Json["spec"]!["text"]!);
        Assert.Contains("😀", raw.Text, StringComparison.Ordinal);
    }

    private static JsonObject Ports(string ports) =>
        WidgetServer.Widget("one", $$"""{"size":"Small","ports":{{ports}}}""");

    private static JsonObject StatusOf(string condition) =>
        new()
        {
            ["apiVersion"] = "test.llmoperator.dev/v1alpha1",
            ["kind"] = "Widget",
            ["metadata"] = new JsonObject { ["name"] = "one" },
            ["status"] = JsonNode.Parse($$"""{"conditions":[{{condition}}]}"""),
        };
}
