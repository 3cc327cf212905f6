namespace LlmOperator.Conformance.Writing;

public class FieldValidationTests(TargetServers servers) : ConformanceTest(servers)
{
    private const string Typo = """{"size":"Small","sizze":1,"placement":{"zonne":"b"}}""";

    [Theory, Case("C10")]
    public async Task Create_Strict_IsRefusedWithThePathsOfUnknownFields(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.FieldValidation);
        var answer = await api.PostAsync(
            $"{api.Widgets}?fieldValidation=Strict",
            Workspace.Widget("one", Typo)
        );
        Assert.Equal(
            "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field \"spec.placement.zonne\", unknown field \"spec.sizze\"",
            Refused(answer, 400, "BadRequest").Message
        );
    }

    [Theory, Case("C10")]
    public async Task Create_WarnIsTheDefault_PrunesAndWarns(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.FieldValidation);
        var answer = (await api.PostAsync(api.Widgets, Workspace.Widget("one", Typo))).Ok();
        Assert.Null(answer.Json["spec"]!["sizze"]);
        Assert.Contains("299 - \"unknown field \\\"spec.sizze\\\"\"", answer.Warnings);
    }

    [Theory, Case("C10")]
    public async Task Create_Ignore_PrunesSilently(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.FieldValidation);
        var answer = await api.PostAsync(
            $"{api.Widgets}?fieldValidation=Ignore",
            Workspace.Widget("one", Typo)
        );
        Assert.Null(answer.Ok().Json["spec"]!["sizze"]);
        Assert.Empty(answer.Warnings);
    }

    [Theory, Case("C10")]
    public async Task Create_StrictWithADoubleField_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.FieldValidation);
        var answer = await api.SendAsync(
            HttpMethod.Post,
            $"{api.Widgets}?fieldValidation=Strict",
            $$"""
            {"apiVersion":"{{Workspace.Group}}/v1","kind":"Widget","metadata":{"name":"one"},
             "spec":{"size":"Small","size":"Large"} }
            """
        );
        Says("strict decoding error: duplicate field \"spec.size\"", Refused(answer, 400, "BadRequest"));
    }

    [Theory, Case("C10")]
    public async Task Patch_StrictWithAnUnknownField_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.FieldValidation);
        await api.CreateAsync();
        var answer = await api.MergeAsync($"{api.One}?fieldValidation=Strict", """{"spec":{"sizze":1}}""");
        Says("strict decoding error: unknown field \"spec.sizze\"", Refused(answer, 422, "Invalid"));
    }

    [Theory, Case("C10")]
    public async Task Update_Strict_IsRefusedWithThePathsOfUnknownFields(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.FieldValidation);
        var body = (await api.CreateAsync()).Json;
        body["spec"]!["sizze"] = 1;
        var answer = await api.PutAsync($"{api.One}?fieldValidation=Strict", body);
        Says("unknown field \"spec.sizze\"", Refused(answer, 400, "BadRequest"));
    }

    [Theory, Case("C10")]
    public async Task Create_StrictWithAFieldThatIsPreserved_IsAccepted(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.FieldValidation);
        (
            await api.PostAsync(
                $"{api.Widgets}?fieldValidation=Strict",
                Workspace.Widget("one", """{"size":"Small","extra":{"any":{"thing":1}}}""")
            )
        ).Ok();
    }

    [Theory, Case("C8")]
    public async Task Create_FieldValidationOfAnUnknownKind_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.FieldValidation);
        var answer = await api.PostAsync($"{api.Widgets}?fieldValidation=Maybe", Workspace.Widget("one"));
        Says("fieldValidation: ", Refused(answer, 422, "Invalid"));
    }

    [Theory, Case("C42")]
    public async Task Create_UnknownFieldInMetadata_IsPruned(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.CreateAsync(Workspace.WidgetWith("one", """{"nonsense":1}"""));
        Assert.Null(answer.Json["metadata"]!["nonsense"]);
    }
}
