using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Conformance.Formats;

public class LargeObjectTests(TargetServers servers) : ConformanceTest(servers)
{
    private static readonly string s_megabyte = string.Concat(Enumerable.Repeat("größe 😀 ", 76_000));

    [Theory, Case("C41")]
    public async Task Create_ObjectOfOneMegabyte_ComesBackWhole(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync(Body());
        Assert.Equal(s_megabyte, (string)(await api.GetAsync(api.One)).Json["spec"]!["text"]!);
    }

    [Theory, Case("C41")]
    public async Task Apply_ObjectOfOneMegabyte_IsTakenTwice(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        // Written as UTF-8: the parser of apply does not understand every escape of JSON.
        var body = KubernetesJson.ToText(Body());
        var first = (await api.ApplyAsync(api.One, "a", body)).Ok();
        Assert.Equal(first.ResourceVersion, (await api.ApplyAsync(api.One, "a", body)).Ok().ResourceVersion);
    }

    [Theory, Case("C43")]
    public async Task MergePatch_OfASmallField_KeepsTheMegabyteBesideIt(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync(Body());
        var answer = (await api.MergeAsync(api.One, """{"spec":{"replicas":2}}""")).Ok();
        Assert.Equal(s_megabyte, (string)answer.Json["spec"]!["text"]!);
    }

    [Theory, Case("C14")]
    public async Task Watch_ObjectOfOneMegabyte_ArrivesInOneEvent(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var list = await api.GetAsync(api.Widgets);
        await using var watch = await api.WatchAsync($"&resourceVersion={list.ResourceVersion}");
        await api.CreateAsync(Body());
        Assert.Equal(s_megabyte, (string)(await watch.NextAsync())!.Object["spec"]!["text"]!);
    }

    [Theory, Case("C11")]
    public async Task List_OfSeveralMegabytes_IsWhole(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        foreach (var name in new[] { "a", "b", "c" })
        {
            var body = Body();
            body["metadata"]!["name"] = name;
            await api.CreateAsync(body);
        }
        var items = (await api.GetAsync(api.Widgets)).Ok().Items;
        Assert.All(items, i => Assert.Equal(s_megabyte, (string)i!["spec"]!["text"]!));
        Assert.Equal(3, items.Count);
    }

    [Theory, Case("C8")]
    public async Task Create_BodyAboveThreeMebibytes_IsTooLarge(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var body = Workspace.Widget("one");
        body["spec"]!["text"] = new string('x', 3 * 1024 * 1024);
        Refused(await api.PostAsync(api.Widgets, body), 413, "RequestEntityTooLarge");
    }

    [Theory, Case("C8")]
    public async Task Create_AnnotationsAboveTheirLimit_AreInvalid(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var body = Workspace.Widget("one");
        body["metadata"]!["annotations"] = new JsonObject { ["big"] = new string('x', 257 * 1024) };
        var answer = Refused(await api.PostAsync(api.Widgets, body), 422, "Invalid");
        Assert.Equal(["metadata.annotations"], answer.CauseFields);
    }

    private static JsonObject Body()
    {
        var body = Workspace.Widget("one");
        body["spec"]!["text"] = s_megabyte;
        return body;
    }
}
