using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Conformance.Formats;

public class Utf8Tests(TargetServers servers) : ConformanceTest(servers)
{
    private const string Text = "{{ bos }} 😀 größe 漢字 \u0001 \"quoted\" \u2028 👩‍👩‍👧‍👦";

    [Theory, Case("C41")]
    public async Task Create_RawUtf8_ComesBackInRawUtf8(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await ComesBackAsync(api, await api.SendAsync(HttpMethod.Post, api.Widgets, Raw(Body())));
    }

    [Theory, Case("C41")]
    public async Task Create_EscapedSurrogates_AreTheSameText(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await ComesBackAsync(api, await api.PostAsync(api.Widgets, Body()));
    }

    [Theory, Case("C41")]
    public async Task Update_RawUtf8_ComesBack(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var body = (await api.CreateAsync()).Json;
        body["spec"]!["text"] = Text;
        await ComesBackAsync(api, await api.SendAsync(HttpMethod.Put, api.One, Raw(body)));
    }

    [Theory, Case("C41")]
    public async Task Apply_RawUtf8_ComesBack(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await ComesBackAsync(api, await api.ApplyAsync(api.One, "a", Raw(Body())));
    }

    [Theory, Case("C41")]
    public async Task MergePatch_RawUtf8_ComesBack(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        var patch = new JsonObject { ["spec"] = new JsonObject { ["text"] = Text } };
        await ComesBackAsync(api, await api.MergeAsync(api.One, Raw(patch)));
    }

    [Theory, Case("C41")]
    public async Task JsonPatch_RawUtf8_ComesBack(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        var operation = new JsonObject
        {
            ["op"] = "add",
            ["path"] = "/spec/text",
            ["value"] = Text,
        };
        await ComesBackAsync(api, await api.JsonPatchAsync(api.One, $"[{Raw(operation)}]"));
    }

    [Theory, Case("C41 C43")]
    public async Task ApplyStatus_RawUtf8_ComesBack(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        var body = Body();
        body.Remove("spec");
        body["status"] = new JsonObject { ["selector"] = Text };
        var answer = (await api.ApplyAsync($"{api.One}/status", "a", Raw(body))).Ok();
        Assert.Equal(Text, (string)answer.Json["status"]!["selector"]!);
    }

    [Theory, Case("C41")]
    public async Task Create_Yaml_ComesBack(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var yaml = $"""
            apiVersion: {Workspace.Group}/v1
            kind: Widget
            metadata: {"{name: one}"}
            spec:
              size: Small
              text: "😀 größe 漢字 \U0001F600 \u00f6"
            """;
        var answer = (await api.SendAsync(HttpMethod.Post, api.Widgets, yaml, "application/yaml")).Ok();
        Assert.Equal("😀 größe 漢字 😀 ö", (string)answer.Json["spec"]!["text"]!);
    }

    [Theory, Case("C14")]
    public async Task ListAndWatch_OfEmoji_ShowThem(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync(Body());
        var list = (await api.GetAsync(api.Widgets)).Ok();
        Assert.Equal(Text, (string)list.Items[0]!["spec"]!["text"]!);
        await using var watch = await api.WatchAsync();
        Assert.Equal(Text, (string)(await watch.NextAsync())!.Object["spec"]!["text"]!);
    }

    [Theory, Case("C22")]
    public async Task Table_OfEmoji_ShowsThem(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync("""{"size":"Small","text":"😀 größe"}""");
        var table = await api.GetAsync(api.Widgets, "application/json;as=Table;g=meta.k8s.io;v=v1");
        Assert.Equal("😀 größe", (string)table.Ok().Json["rows"]![0]!["cells"]![3]!);
    }

    [Theory, Case("C41")]
    public async Task Annotations_MapKeysAndSets_HoldEmoji(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var body = Workspace.WidgetWith("one", """{"annotations":{"note":"😀"}}""");
        body["spec"] = JsonNode.Parse(
            """{"size":"Small","labels":{"ключ😀":"ü"},"tags":["😀","漢"],"ports":[{"name":"порт😀","port":1}]}"""
        );
        (await api.ApplyAsync(api.One, "a", Raw(body))).Ok();
        body["spec"]!["tags"] = new JsonArray("漢");
        body["spec"]!["ports"]![0]!["port"] = 2;
        var answer = (await api.ApplyAsync(api.One, "a", Raw(body))).Ok();
        Same(
            """{"size":"Small","replicas":1,"labels":{"ключ😀":"ü"},"tags":["漢"],"ports":[{"name":"порт😀","port":2,"protocol":"TCP"}]}""",
            answer.Json["spec"]
        );
        Assert.Equal("😀", (string)answer.Json["metadata"]!["annotations"]!["note"]!);
    }

    [Theory, Case("C8")]
    public async Task Error_AboutEmoji_QuotesThem(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.PostAsync(api.Widgets, Workspace.Widget("one", """{"size":"größe😀"}"""));
        Says("größe😀", Refused(answer, 422, "Invalid"));
    }

    [Theory, Case("C23")]
    public async Task FieldSelector_OfEmoji_FindsThem(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.SelectableFields);
        await api.CreateAsync("""{"size":"Small","node":"größe😀"}""");
        var query = Uri.EscapeDataString("spec.node=größe😀");
        Assert.Equal(["one"], (await api.GetAsync($"{api.Widgets}?fieldSelector={query}")).Ok().Names);
    }

    private static JsonObject Body()
    {
        var body = Workspace.Widget("one");
        body["spec"]!["text"] = Text;
        return body;
    }

    private static string Raw(JsonNode node) => KubernetesJson.ToText(node);

    private static async Task ComesBackAsync(Workspace api, ApiAnswer answer)
    {
        Assert.Equal(Text, (string)answer.Ok().Json["spec"]!["text"]!);
        var read = await api.GetAsync(api.One);
        Assert.Equal(Text, (string)read.Json["spec"]!["text"]!);
        Assert.Contains("😀 größe 漢字", read.Text, StringComparison.Ordinal);
    }
}
