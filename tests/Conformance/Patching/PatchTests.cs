namespace LlmOperator.Conformance.Patching;

public class PatchTests(TargetServers servers) : ConformanceTest(servers)
{
    private const string Full =
        """{"size":"Small","args":["a","b"],"labels":{"x":"1","y":"2"},"extra":{"a~b":{"c/d":1}}}""";

    [Theory]
    [Case("C43", """{"spec":{"labels":{"x":null}}}""", "labels", """{"y":"2"}""")]
    [Case("C43", """{"spec":{"labels":{"z":"3"}}}""", "labels", """{"x":"1","y":"2","z":"3"}""")]
    [Case("C43", """{"spec":{"labels":{}}}""", "labels", """{"x":"1","y":"2"}""")]
    [Case("C43", """{"spec":{"labels":null}}""", "labels", "null")]
    [Case("C43", """{"spec":{"labels":{"none":null}}}""", "labels", """{"x":"1","y":"2"}""")]
    [Case("C43", """{"spec":{"args":["c"]}}""", "args", """["c"]""")]
    [Case("C43", """{"spec":{"args":[]}}""", "args", "[]")]
    [Case(
        "C43",
        """{"spec":{"extra":{"n":{"deep":{"gone":null,"kept":1}}}}}""",
        "extra",
        """{"a~b":{"c/d":1},"n":{"deep":{"kept":1}}}"""
    )]
    [Case("C43", """{"spec":{"extra":{"a~b":[1]}}}""", "extra", """{"a~b":[1]}""")]
    public async Task MergePatch_FollowsRfc7386(
        TargetKind target,
        string patch,
        string field,
        string expected
    )
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync(Full);
        Same(expected, (await api.MergeAsync(api.One, patch)).Ok().Json["spec"]![field]);
    }

    [Theory]
    [Case("C45", """[{"op":"add","path":"/spec/args/-","value":"c"}]""", "args", """["a","b","c"]""")]
    [Case("C45", """[{"op":"add","path":"/spec/args/0","value":"c"}]""", "args", """["c","a","b"]""")]
    [Case("C45", """[{"op":"add","path":"/spec/labels/x","value":"9"}]""", "labels", """{"x":"9","y":"2"}""")]
    [Case("C45", """[{"op":"remove","path":"/spec/args/0"}]""", "args", """["b"]""")]
    [Case("C45", """[{"op":"replace","path":"/spec/args/1","value":"z"}]""", "args", """["a","z"]""")]
    [Case("C45", """[{"op":"move","from":"/spec/args/0","path":"/spec/args/1"}]""", "args", """["b","a"]""")]
    [Case(
        "C45",
        """[{"op":"copy","from":"/spec/labels/x","path":"/spec/labels/z"}]""",
        "labels",
        """{"x":"1","y":"2","z":"1"}"""
    )]
    [Case(
        "C45",
        """[{"op":"replace","path":"/spec/extra/a~0b/c~1d","value":2}]""",
        "extra",
        """{"a~b":{"c/d":2}}"""
    )]
    [Case(
        "C45",
        """[{"op":"test","path":"/spec/args/0","value":"a"},{"op":"remove","path":"/spec/args"}]""",
        "args",
        "null"
    )]
    [Case(
        "C45",
        """[{"op":"test","path":"/spec/labels","value":{"y":"2","x":"1"}},{"op":"remove","path":"/spec/labels/x"}]""",
        "labels",
        """{"y":"2"}"""
    )]
    public async Task JsonPatch_FollowsRfc6902(TargetKind target, string patch, string field, string expected)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync(Full);
        Same(expected, (await api.JsonPatchAsync(api.One, patch)).Ok().Json["spec"]![field]);
    }

    [Theory]
    [Case(
        "C45",
        """[{"op":"replace","path":"/spec/size","value":"Large"},{"op":"test","path":"/spec/args/0","value":"z"}]"""
    )]
    [Case(
        "C45",
        """[{"op":"replace","path":"/spec/size","value":"Large"},{"op":"remove","path":"/spec/none"}]"""
    )]
    [Case(
        "C45",
        """[{"op":"replace","path":"/spec/size","value":"Large"},{"op":"add","path":"/spec/args/7","value":"c"}]"""
    )]
    [Case(
        "C45",
        """[{"op":"replace","path":"/spec/size","value":"Large"},{"op":"add","path":"/spec/none/deep","value":"c"}]"""
    )]
    public async Task JsonPatch_AnyOperationFails_NothingIsChanged(TargetKind target, string patch)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync(Full);
        Refused(await api.JsonPatchAsync(api.One, patch), 422, "Invalid");
        Assert.Equal("Small", (string)(await api.GetAsync(api.One)).Json["spec"]!["size"]!);
    }

    [Theory, Case("C45")]
    public async Task JsonPatch_ReplaceOfWhatIsNotThere_IsRefused(TargetKind target)
    {
        // Accepted by the servers of some years ago.
        await using var api = await OpenAsync(target, Need.RecentVersion);
        await api.CreateAsync();
        const string Patch = """[{"op":"replace","path":"/spec/none","value":"c"}]""";
        Refused(await api.JsonPatchAsync(api.One, Patch), 422, "Invalid");
    }

    [Theory]
    [Case("C8", """{"op":"add"}""")]
    [Case("C8", """[{"op":"add""")]
    public async Task JsonPatch_ThatIsNone_IsABadRequest(TargetKind target, string patch)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        Refused(await api.JsonPatchAsync(api.One, patch), 400, "BadRequest");
    }

    [Theory, Case("C8")]
    public async Task MergePatch_ThatIsNoJson_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        Assert.InRange((int)(await api.MergeAsync(api.One, "{")).Code, 400, 500);
    }

    [Theory, Case("C44")]
    public async Task MergePatch_WithAStaleResourceVersion_IsAConflict(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var first = await api.CreateAsync();
        (await api.MergeAsync(api.One, """{"spec":{"replicas":2}}""")).Ok();
        var patch =
            $$"""{"metadata":{"resourceVersion":"{{first.ResourceVersion}}"},"spec":{"size":"Large"} }""";
        Refused(await api.MergeAsync(api.One, patch), 409, "Conflict");
    }

    [Theory, Case("C44")]
    public async Task MergePatch_ManyAtOnce_LosesNone(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        // A kube-apiserver tries five times against others' writes; more at once than that may be refused.
        var writes = Enumerable
            .Range(0, 5)
            .Select(i => api.MergeAsync(api.One, $$"""{"metadata":{"labels":{"l{{i}}":"v"} } }"""));
        foreach (var answer in await Task.WhenAll(writes))
        {
            answer.Ok();
        }
        Assert.Equal(5, (await api.GetAsync(api.One)).Json["metadata"]!["labels"]!.AsObject().Count);
    }

    [Theory, Case("C8")]
    public async Task MergePatch_OfAMissingObject_IsNotFound(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        Refused(await api.MergeAsync(api.One, """{"spec":{"size":"Large"}}"""), 404, "NotFound");
    }

    [Theory]
    [Case("C42", """{"metadata":{"name":"two"}}""")]
    [Case("C42", """{"kind":"Gadget"}""")]
    [Case("C42", """{"metadata":{"namespace":"elsewhere"}}""")]
    public async Task MergePatch_OfTheIdentity_IsRefused(TargetKind target, string patch)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        Assert.InRange((int)(await api.MergeAsync(api.One, patch)).Code, 400, 422);
        Assert.Equal("one", (string)(await api.GetAsync(api.One)).Json["metadata"]!["name"]!);
    }

    [Theory, Case("C8")]
    public async Task StrategicMergePatch_OfACustomKind_IsUnsupported(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        var answer = await api.SendAsync(
            HttpMethod.Patch,
            api.One,
            """{"spec":{"size":"Large"}}""",
            "application/strategic-merge-patch+json"
        );
        Refused(answer, 415, "UnsupportedMediaType");
    }

    [Theory, Case("C46")]
    public async Task StrategicMergePatch_OfABuiltInKind_MergesListsByKey(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.CoreKinds);
        var body = System.Text.Json.Nodes.JsonNode.Parse(
            """
            {"metadata":{"name":"c","ownerReferences":[
              {"apiVersion":"elsewhere.example/v1","kind":"X","name":"x","uid":"u1"},
              {"apiVersion":"elsewhere.example/v1","kind":"X","name":"y","uid":"u2"}]},"data":{"a":"1","b":"2"}}
            """
        )!;
        (await api.PostAsync(api.ConfigMaps, body)).Ok();
        var answer = await api.SendAsync(
            HttpMethod.Patch,
            $"{api.ConfigMaps}/c",
            """{"data":{"a":null,"c":"3"},"metadata":{"ownerReferences":[{"$patch":"delete","uid":"u1"}]}}""",
            "application/strategic-merge-patch+json"
        );
        Same("""{"b":"2","c":"3"}""", answer.Ok().Json["data"]);
        var owner = Assert.Single(answer.Json["metadata"]!["ownerReferences"]!.AsArray());
        Assert.Equal("u2", (string)owner!["uid"]!);
    }
}
