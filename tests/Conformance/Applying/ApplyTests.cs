namespace LlmOperator.Conformance.Applying;

public class ApplyTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C41")]
    public async Task Apply_ObjectMissing_CreatesItWithManagedFields(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.ApplyAsync(
            "a",
            """{"size":"Small","tags":["x"],"ports":[{"name":"http","port":80}]}"""
        );
        Assert.Equal(201, (int)answer.Code);
        var entry = Assert.Single(answer.Json["metadata"]!["managedFields"]!.AsArray())!;
        Assert.Equal("a", (string)entry["manager"]!);
        Assert.Equal("Apply", (string)entry["operation"]!);
        Assert.Equal("FieldsV1", (string)entry["fieldsType"]!);
        Assert.Equal($"{Workspace.Group}/v1", (string)entry["apiVersion"]!);
        Same(
            """
            {"f:spec":{"f:size":{},"f:tags":{"v:\"x\"":{}},
              "f:ports":{"k:{\"name\":\"http\"}":{".":{},"f:name":{},"f:port":{}}}}}
            """,
            entry["fieldsV1"]
        );
    }

    [Theory, Case("C41")]
    public async Task Apply_FieldOfAnotherManager_IsAConflictWithCauses(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await api.ApplyAsync("a", """{"size":"Small","replicas":1}""")).Ok();
        var answer = await api.ApplyAsync("b", """{"size":"Small","replicas":2}""");
        Refused(answer, 409, "Conflict");
        Assert.Equal("Apply failed with 1 conflict: conflict with \"a\": .spec.replicas", answer.Message);
        Assert.Equal([".spec.replicas"], answer.CauseFields);
        Assert.Equal("FieldManagerConflict", (string)answer.Json["details"]!["causes"]![0]!["reason"]!);
    }

    [Theory, Case("C41")]
    public async Task Apply_SeveralFieldsOfAnother_NamesThemAll(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await api.ApplyAsync("a", """{"size":"Small","replicas":1,"node":"n1"}""")).Ok();
        var answer = await api.ApplyAsync("b", """{"size":"Large","replicas":2,"node":"n2"}""");
        Assert.Equal([".spec.node", ".spec.replicas", ".spec.size"], answer.CauseFields.Order());
        Says("Apply failed with 3 conflicts: conflicts with \"a\":", answer);
    }

    [Theory, Case("C41")]
    public async Task Apply_ByForce_TakesTheFieldFromTheOtherManager(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await api.ApplyAsync("a", """{"size":"Small","replicas":1}""")).Ok();
        (await api.ApplyAsync("b", """{"size":"Small","replicas":2}""", force: true)).Ok();
        var back = await api.ApplyAsync("a", """{"size":"Small","replicas":3}""");
        Says("conflict with \"b\": .spec.replicas", Refused(back, 409, "Conflict"));
    }

    [Theory, Case("C41")]
    public async Task Apply_SameValueByTwoManagers_IsSharedUntilBothGiveItUp(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await api.ApplyAsync("a", """{"size":"Small","node":"n1"}""")).Ok();
        (await api.ApplyAsync("b", """{"size":"Small","node":"n1"}""")).Ok();
        var first = (await api.ApplyAsync("a", """{"size":"Small"}""")).Ok();
        Assert.Equal("n1", (string)first.Json["spec"]!["node"]!);
        var second = (await api.ApplyAsync("b", """{"size":"Small"}""")).Ok();
        Assert.Null(second.Json["spec"]!["node"]);
    }

    [Theory, Case("C41")]
    public async Task Apply_FieldLeftOut_IsGivenUpAndRemoved(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await api.ApplyAsync("a", """{"size":"Small","node":"n1","text":"t"}""")).Ok();
        var answer = (await api.ApplyAsync("a", """{"size":"Small","text":"t"}""")).Ok();
        Assert.Null(answer.Json["spec"]!["node"]);
    }

    [Theory, Case("C41")]
    public async Task Apply_FieldGivenUpWithADefault_FallsBackToIt(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await api.ApplyAsync("a", """{"size":"Small","replicas":5}""")).Ok();
        var answer = (await api.ApplyAsync("a", """{"size":"Small"}""")).Ok();
        Assert.Equal(1, (long)answer.Json["spec"]!["replicas"]!);
    }

    [Theory, Case("C41")]
    public async Task Apply_FieldWrittenByAnUpdate_StaysWhenApplyGivesItUp(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync("""{"size":"Small","node":"n1"}""");
        (await api.ApplyAsync("a", """{"size":"Small","node":"n1"}""")).Ok();
        var answer = (await api.ApplyAsync("a", """{"size":"Small"}""")).Ok();
        Assert.Equal("n1", (string)answer.Json["spec"]!["node"]!);
    }

    [Theory, Case("C41")]
    public async Task Apply_SameConfigurationAgain_KeepsTheResourceVersion(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        const string Spec = """{"size":"Small","ports":[{"name":"http"}]}""";
        var first = (await api.ApplyAsync("a", Spec)).Ok();
        var second = await api.ApplyAsync("a", Spec);
        Assert.Equal(200, (int)second.Code);
        Assert.Equal(first.ResourceVersion, second.ResourceVersion);
    }

    [Theory, Case("C41")]
    public async Task Apply_AfterAPatchChangedTheField_NamesTheUpdateInTheConflict(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        (await api.ApplyAsync("a", """{"size":"Small","replicas":1}""")).Ok();
        (await api.MergeAsync($"{api.One}?fieldManager=hand", """{"spec":{"replicas":5}}""")).Ok();
        var answer = await api.ApplyAsync("a", """{"size":"Small","replicas":1}""");
        Assert.Equal(
            $"Apply failed with 1 conflict: conflict with \"hand\" using {Workspace.Group}/v1: .spec.replicas",
            Refused(answer, 409, "Conflict").Message
        );
    }

    [Theory, Case("C41")]
    public async Task Apply_UnknownField_IsRefusedWithItsPath(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.ApplyAsync("a", """{"size":"Small","sise":1}""");
        Assert.True((int)answer.Code >= 400, answer.Text);
        Says(".spec.sise: field not declared in schema", answer);
    }

    [Theory, Case("C41")]
    public async Task Apply_WithoutFieldManager_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var body = Workspace.Widget("one").ToJsonString();
        var answer = await api.SendAsync(HttpMethod.Patch, api.One, body, "application/apply-patch+yaml");
        Says("fieldManager: Required value: is required for apply patch", Refused(answer, 422, "Invalid"));
    }

    [Theory, Case("C41")]
    public async Task Apply_WithManagedFields_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var applied = (await api.ApplyAsync("a", """{"size":"Small"}""")).Ok();
        applied.Json["metadata"]!.AsObject().Remove("resourceVersion");
        var answer = await api.ApplyAsync(api.One, "a", applied.Json.ToJsonString());
        Says("metadata.managedFields must be nil", Refused(answer, 400, "BadRequest"));
    }

    [Theory, Case("C41 C44")]
    public async Task Apply_WithAStaleResourceVersion_IsAConflict(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var first = (await api.ApplyAsync("a", """{"size":"Small"}""")).Ok();
        (await api.MergeAsync(api.One, """{"spec":{"replicas":2}}""")).Ok();
        var body = Workspace.WidgetWith("one", $$"""{"resourceVersion":"{{first.ResourceVersion}}"}""");
        body["spec"]!["size"] = "Large";
        Refused(await api.ApplyAsync(api.One, "a", body.ToJsonString()), 409, "Conflict");
    }

    [Theory, Case("C41")]
    public async Task Apply_NameOfTheBodyDiffers_IsABadRequest(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var body = Workspace.Widget("two").ToJsonString();
        Refused(await api.ApplyAsync(api.One, "a", body), 400, "BadRequest");
    }

    [Theory, Case("C41")]
    public async Task Patch_ForceWithoutApply_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        var answer = await api.MergeAsync($"{api.One}?force=true", """{"spec":{"replicas":2}}""");
        Says("force: Forbidden: may not be specified for non-apply patch", Refused(answer, 422, "Invalid"));
    }

    [Theory, Case("C41")]
    public async Task Apply_BodyInYaml_IsUnderstood(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var yaml = $"""
            # a comment
            apiVersion: {Workspace.Group}/v1
            kind: Widget
            metadata: {"{name: one}"}
            spec:
              size: Large
              text: |
                two
                lines
            """;
        var answer = (await api.ApplyAsync(api.One, "a", yaml)).Ok();
        Assert.StartsWith("two\nlines", (string)answer.Json["spec"]!["text"]!, StringComparison.Ordinal);
    }
}
