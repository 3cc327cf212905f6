using System.Text.Json.Nodes;

namespace LlmOperator.Conformance.Formats;

public class TableTests(TargetServers servers) : ConformanceTest(servers)
{
    private const string AsTable = "application/json;as=Table;g=meta.k8s.io;v=v1,application/json";

    [Theory, Case("C22")]
    public async Task List_AsTable_HasTheColumnsOfTheCrdAndTheirCells(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        const string Status = """
            {"status":{"conditions":[{"type":"Other","status":"False"},{"type":"Ready","status":"True"}]}}
            """;
        (await api.MergeAsync($"{api.One}/status", Status)).Ok();
        var table = (await api.GetAsync(api.Widgets, AsTable)).Ok().Json;
        Assert.Equal("Table", (string)table["kind"]!);
        Assert.Equal(
            ["Name", "Ready", "Replicas", "Text", "Age"],
            table["columnDefinitions"]!.AsArray().Select(c => (string)c!["name"]!)
        );
        Assert.Equal(1, (int)table["columnDefinitions"]![3]!["priority"]!);
        var row = Assert.Single(table["rows"]!.AsArray())!;
        Assert.Equal(
            """["one","True",1,null]""",
            new JsonArray([.. row["cells"]!.AsArray().Take(4).Select(c => c?.DeepClone())]).ToJsonString()
        );
        Assert.Matches("^[0-9]+s$", (string)row["cells"]![4]!);
    }

    [Theory]
    [Case("C22", "None", null)]
    [Case("C22", "Object", "Widget")]
    [Case("C22", "Metadata", "PartialObjectMetadata")]
    public async Task List_IncludeObject_DecidesWhatRowsCarry(TargetKind target, string include, string? kind)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        var table = await api.GetAsync($"{api.Widgets}?includeObject={include}", AsTable);
        Assert.Equal(kind, (string?)table.Ok().Json["rows"]![0]!["object"]?["kind"]);
    }

    [Theory, Case("C22")]
    public async Task Get_AsTable_HasOneRow(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        Assert.Single((await api.GetAsync(api.One, AsTable)).Ok().Json["rows"]!.AsArray());
    }

    [Theory, Case("C22")]
    public async Task Watch_AsTable_HasTablesForObjects(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{api.Widgets}?watch=true");
        request.Headers.TryAddWithoutValidation("Accept", AsTable);
        var cancellation = TestContext.Current.CancellationToken;
        await using var watch = await WatchReader.OverAsync(
            await api.Client.SendAsync(request, cancellation),
            cancellation
        );
        var item = (await watch.NextAsync())!;
        Assert.Equal("Table", (string)item.Object["kind"]!);
        Assert.Equal("one", (string)item.Object["rows"]![0]!["cells"]![0]!);
    }

    [Theory, Case("C11 C22")]
    public async Task List_TableInPages_ContinuesLikeAList(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateManyAsync("a", "b");
        var first = (await api.GetAsync($"{api.Widgets}?limit=1", AsTable)).Ok().Json;
        var token = (string)first["metadata"]!["continue"]!;
        var second = (await api.GetAsync($"{api.Widgets}?limit=1&continue={token}", AsTable)).Ok().Json;
        Assert.Equal("b", (string)second["rows"]![0]!["cells"]![0]!);
    }

    [Theory, Case("C22")]
    public async Task List_AsPartialMetadata_HasNoSpec(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        const string Partial = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
        var list = (await api.GetAsync(api.Widgets, Partial)).Ok();
        Assert.Equal("PartialObjectMetadataList", (string)list.Json["kind"]!);
        Assert.Equal(["one"], list.Names);
        Assert.Null(list.Items[0]!["spec"]);
    }

    [Theory, Case("C8")]
    public async Task List_OnlyAnUnknownTypeAccepted_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        Refused(await api.GetAsync(api.Widgets, "text/csv"), 406, "NotAcceptable");
    }
}
