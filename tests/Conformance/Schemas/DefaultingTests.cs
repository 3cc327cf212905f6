namespace LlmOperator.Conformance.Schemas;

public class DefaultingTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory]
    [Case("C42", """{"size":"Small"}""", """{"size":"Small","replicas":1}""")]
    [Case("C42", """{"size":"Small","replicas":null}""", """{"size":"Small","replicas":1}""")]
    [Case("C42", """{"size":"Small","replicas":0}""", """{"size":"Small","replicas":0}""")]
    [Case("C42", """{"size":"Small","node":null}""", """{"size":"Small","replicas":1}""")]
    [Case("C42", """{"size":"Small","hint":null}""", """{"size":"Small","replicas":1,"hint":null}""")]
    [Case(
        "C42",
        """{"size":"Small","placement":{}}""",
        """{"size":"Small","replicas":1,"placement":{"zone":"a"}}"""
    )]
    [Case(
        "C42",
        """{"size":"Small","ports":[{"name":"a"}]}""",
        """{"size":"Small","replicas":1,"ports":[{"name":"a","protocol":"TCP"}]}"""
    )]
    [Case("C42", """{"size":"Small","args":[]}""", """{"size":"Small","replicas":1,"args":[]}""")]
    public async Task Create_Defaults_AreFilledInWhereTheParentExists(
        TargetKind target,
        string spec,
        string expected
    )
    {
        await using var api = await OpenAsync(target);
        Same(expected, (await api.CreateAsync(spec)).Json["spec"]);
    }

    [Theory]
    [Case("C42", """{"size":"Small","unknown":1}""", """{"size":"Small","replicas":1}""")]
    [Case(
        "C42",
        """{"size":"Small","placement":{"unknown":{}}}""",
        """{"size":"Small","replicas":1,"placement":{"zone":"a"}}"""
    )]
    [Case(
        "C42",
        """{"size":"Small","ports":[{"name":"a","x":1}]}""",
        """{"size":"Small","replicas":1,"ports":[{"name":"a","protocol":"TCP"}]}"""
    )]
    [Case(
        "C42",
        """{"size":"Small","extra":{"a":{"b":[1,null,"x"]}}}""",
        """{"size":"Small","replicas":1,"extra":{"a":{"b":[1,null,"x"]}}}"""
    )]
    [Case(
        "C42",
        """{"size":"Small","labels":{"any":"thing"}}""",
        """{"size":"Small","replicas":1,"labels":{"any":"thing"}}"""
    )]
    public async Task Create_UnknownFields_ArePrunedUnlessPreserved(
        TargetKind target,
        string spec,
        string expected
    )
    {
        await using var api = await OpenAsync(target);
        Same(expected, (await api.CreateAsync(spec)).Json["spec"]);
    }

    [Theory, Case("C42")]
    public async Task Create_UnknownFieldAtTheTop_IsPruned(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var body = Workspace.Widget("one");
        body["extra"] = 1;
        Assert.Null((await api.CreateAsync(body)).Json["extra"]);
    }

    [Theory, Case("C42")]
    public async Task Patch_DefaultedFieldRemoved_ComesBack(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync("""{"size":"Small","replicas":4}""");
        var answer = (await api.MergeAsync(api.One, """{"spec":{"replicas":null}}""")).Ok();
        Assert.Equal(1, (long)answer.Json["spec"]!["replicas"]!);
    }

    [Theory, Case("C41")]
    public async Task Apply_DefaultedField_HasNoOwner(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = (await api.ApplyAsync("a", """{"size":"Small"}""")).Ok();
        Assert.Equal(1, (long)answer.Json["spec"]!["replicas"]!);
        Same("""{"f:spec":{"f:size":{}}}""", answer.Json["metadata"]!["managedFields"]![0]!["fieldsV1"]);
    }

    [Theory, Case("C42")]
    public async Task Create_LargeIntegers_KeepTheirValue(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        const string Spec =
            """{"size":"Small","replicas":1,"extra":{"n":9007199254740993,"m":-9223372036854775808}}""";
        var extra = (await api.CreateAsync(Spec)).Json["spec"]!["extra"]!;
        Assert.Equal(9007199254740993, (long)extra["n"]!);
        Assert.Equal(long.MinValue, (long)extra["m"]!);
    }
}
