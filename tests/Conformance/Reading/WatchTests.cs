using System.Text.Json.Nodes;

namespace LlmOperator.Conformance.Reading;

public class WatchTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C13 C14")]
    public async Task Watch_FromAListsVersion_SeesEachLaterChangeOnceInOrder(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("before");
        await using var watch = await FromNowAsync(api);
        await api.CreateAsync();
        (await api.MergeAsync(api.One, """{"spec":{"replicas":2}}""")).Ok();
        (await api.DeleteAsync(api.One)).Ok();
        var events = await watch.TakeAsync(3);
        Assert.Equal(["ADDED one", "MODIFIED one", "DELETED one"], events.Select(e => e.ToString()));
        var versions = events.Select(e => long.Parse(e.ResourceVersion)).ToList();
        Assert.Equal(versions.Order().Distinct(), versions);
    }

    [Theory, Case("C14")]
    public async Task Watch_WithoutAVersion_StartsWithWhatExists(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("a", "b");
        await using var watch = await api.WatchAsync();
        var events = await watch.TakeAsync(2);
        Assert.Equal(["ADDED a", "ADDED b"], events.Select(e => e.ToString()).Order());
    }

    [Theory, Case("C14")]
    public async Task Watch_VersionZero_StartsWithWhatExists(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("a");
        await using var watch = await api.WatchAsync("&resourceVersion=0");
        Assert.Equal("ADDED a", (await watch.NextAsync())!.ToString());
    }

    [Theory, Case("C14")]
    public async Task Watch_ResumedAtEachVersion_MissesAndRepeatsNothing(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var start = (await api.GetAsync(api.Widgets)).ResourceVersion;
        await api.CreateManyAsync("w0", "w1", "w2", "w3");
        var seen = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            await using var watch = await api.WatchAsync($"&resourceVersion={start}");
            var next = await watch.NextAsync();
            seen.Add(next!.Name);
            start = next.ResourceVersion;
        }
        Assert.Equal(["w0", "w1", "w2", "w3"], seen);
    }

    [Theory, Case("C16")]
    public async Task Watch_VersionTooOld_EndsWithExpired(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"{api.Widgets}?watch=true&resourceVersion=1"
        );
        using var response = await api.Client.SendAsync(request, TestContext.Current.CancellationToken);
        // A server may say so in the stream or before it begins; clients must understand both.
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var status = JsonNode.Parse(text)!;
        status = response.IsSuccessStatusCode ? status["object"]! : status;
        Assert.Equal(410, (int)status["code"]!);
        Assert.Equal("Expired", (string)status["reason"]!);
    }

    [Theory, Case("C13 C15")]
    public async Task Watch_TimeoutSeconds_EndsTheStreamCleanly(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await using var watch = await FromNowAsync(api, "&timeoutSeconds=1");
        Assert.Null(await watch.NextAsync());
    }

    [Theory, Case("C23 C46")]
    public async Task Watch_DeletedObject_ArrivesInItsLastStateWithTheVersionOfTheDeletion(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var created = await api.CreateAsync();
        await using var watch = await FromNowAsync(api);
        (await api.DeleteAsync(api.One)).Ok();
        var gone = (await watch.NextAsync())!;
        Assert.Equal("DELETED one", gone.ToString());
        Assert.Equal(created.Uid, (string)gone.Object["metadata"]!["uid"]!);
        Assert.True(long.Parse(gone.ResourceVersion) > long.Parse(created.ResourceVersion));
    }

    [Theory, Case("C25")]
    public async Task Watch_DeletedAndCreatedAgain_ShowsTwoUids(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await using var watch = await FromNowAsync(api);
        await api.CreateAsync();
        (await api.DeleteAsync(api.One)).Ok();
        await api.CreateAsync();
        var events = await watch.TakeAsync(3);
        Assert.Equal(["ADDED one", "DELETED one", "ADDED one"], events.Select(e => e.ToString()));
        Assert.NotEqual(
            (string)events[0].Object["metadata"]!["uid"]!,
            (string)events[2].Object["metadata"]!["uid"]!
        );
    }

    [Theory, Case("C43")]
    public async Task Watch_StatusWrite_IsAModification(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        await using var watch = await FromNowAsync(api);
        (await api.MergeAsync($"{api.One}/status", """{"status":{"replicas":1}}""")).Ok();
        var modified = (await watch.NextAsync())!;
        Assert.Equal("MODIFIED one", modified.ToString());
        Assert.Equal(1, (long)modified.Object["status"]!["replicas"]!);
    }

    [Theory, Case("C14")]
    public async Task Watch_WriteThatChangesNothing_IsNoEvent(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        await using var watch = await FromNowAsync(api);
        (await api.MergeAsync(api.One, """{"spec":{"size":"Small"}}""")).Ok();
        await api.CreateManyAsync("next");
        Assert.Equal("ADDED next", (await watch.NextAsync())!.ToString());
    }

    [Theory, Case("C26")]
    public async Task Watch_ManyWritersAtOnce_ShowsEveryWriteInTheOrderOfVersions(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await using var watch = await FromNowAsync(api);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => api.CreateManyAsync($"w{i}")));
        var events = await watch.TakeAsync(20);
        var versions = events.Select(e => long.Parse(e.ResourceVersion)).ToList();
        Assert.Equal(20, versions.Distinct().Count());
        Assert.Equal(versions.Order(), versions);
    }

    [Theory, Case("C8 C12")]
    public async Task Watch_VersionThatIsNoNumber_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.GetAsync($"{api.Widgets}?watch=true&resourceVersion=new&timeoutSeconds=1");
        Assert.InRange((int)answer.Code, 400, 500);
    }

    private static async Task<WatchReader> FromNowAsync(Workspace api, string query = "") =>
        await api.WatchAsync($"&resourceVersion={(await api.GetAsync(api.Widgets)).ResourceVersion}{query}");
}
