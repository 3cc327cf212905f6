namespace LlmOperator.Conformance.Deleting;

public class DeletionTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C47")]
    public async Task Delete_Object_AnswersSuccessWithItsUid(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var created = await api.CreateAsync();
        var answer = (await api.DeleteAsync(api.One)).Ok();
        Assert.Equal("Success", (string)answer.Json["status"]!);
        Assert.Equal(created.Uid, (string)answer.Json["details"]!["uid"]!);
        Refused(await api.GetAsync(api.One), 404, "NotFound");
    }

    [Theory, Case("C47")]
    public async Task Delete_Twice_IsNotFound(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        (await api.DeleteAsync(api.One)).Ok();
        Refused(await api.DeleteAsync(api.One), 404, "NotFound");
    }

    [Theory, Case("C45")]
    public async Task Delete_WithFinalizers_OnlyMarksUntilTheLastIsRemoved(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await HeldAsync(api, "llmoperator.dev/a", "llmoperator.dev/b");
        var marked = (await api.DeleteAsync(api.One)).Ok();
        Assert.NotNull(marked.Json["metadata"]!["deletionTimestamp"]);
        Assert.Equal(0, (long)marked.Json["metadata"]!["deletionGracePeriodSeconds"]!);
        Assert.Equal(2, marked.Generation);
        (
            await api.JsonPatchAsync(
                api.One,
                """
                [{"op":"test","path":"/metadata/finalizers/0","value":"llmoperator.dev/a"},
                 {"op":"remove","path":"/metadata/finalizers/0"}]
                """
            )
        ).Ok();
        (await api.GetAsync(api.One)).Ok();
        (await api.MergeAsync(api.One, """{"metadata":{"finalizers":null}}""")).Ok();
        Refused(await api.GetAsync(api.One), 404, "NotFound");
    }

    [Theory, Case("C45")]
    public async Task Delete_MarkedObjectAgain_ChangesNothing(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await HeldAsync(api, "llmoperator.dev/a");
        var marked = (await api.DeleteAsync(api.One)).Ok();
        Assert.Equal(marked.ResourceVersion, (await api.DeleteAsync(api.One)).Ok().ResourceVersion);
        await ReleaseAsync(api);
    }

    [Theory, Case("C45")]
    public async Task Update_NewFinalizerWhileDeleting_IsForbidden(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await HeldAsync(api, "llmoperator.dev/a");
        (await api.DeleteAsync(api.One)).Ok();
        var answer = await api.MergeAsync(
            api.One,
            """{"metadata":{"finalizers":["llmoperator.dev/a","llmoperator.dev/b"]}}"""
        );
        Says(
            "no new finalizers can be added if the object is being deleted",
            Refused(answer, 422, "Invalid")
        );
        await ReleaseAsync(api);
    }

    [Theory, Case("C45")]
    public async Task Update_OtherFieldsWhileDeleting_AreAllowed(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await HeldAsync(api, "llmoperator.dev/a");
        (await api.DeleteAsync(api.One)).Ok();
        (await api.MergeAsync($"{api.One}/status", """{"status":{"replicas":0}}""")).Ok();
        Assert.Equal(3, (await api.MergeAsync(api.One, """{"spec":{"replicas":0}}""")).Ok().Generation);
        await ReleaseAsync(api);
    }

    [Theory, Case("C45")]
    public async Task Update_DeletionTimestamp_CannotBeUndone(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await HeldAsync(api, "llmoperator.dev/a");
        (await api.DeleteAsync(api.One)).Ok();
        var answer = (await api.MergeAsync(api.One, """{"metadata":{"deletionTimestamp":null}}""")).Ok();
        Assert.NotNull(answer.Json["metadata"]!["deletionTimestamp"]);
        await ReleaseAsync(api);
    }

    [Theory, Case("C45")]
    public async Task Update_FinalizersRemovedByPut_DeletesTheObject(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await HeldAsync(api, "llmoperator.dev/a");
        var marked = (await api.DeleteAsync(api.One)).Ok().Json;
        marked["metadata"]!.AsObject().Remove("finalizers");
        (await api.PutAsync(api.One, marked)).Ok();
        Refused(await api.GetAsync(api.One), 404, "NotFound");
    }

    [Theory, Case("C45 C44")]
    public async Task Update_FinalizerRemovedFromAStaleVersion_IsAConflict(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await HeldAsync(api, "llmoperator.dev/a");
        var marked = (await api.DeleteAsync(api.One)).Ok();
        (await api.MergeAsync(api.One, """{"metadata":{"labels":{"a":"b"}}}""")).Ok();
        var patch = $$"""{"metadata":{"finalizers":null,"resourceVersion":"{{marked.ResourceVersion}}"} }""";
        Refused(await api.MergeAsync(api.One, patch), 409, "Conflict");
        await ReleaseAsync(api);
    }

    [Theory, Case("C45 C47")]
    public async Task Create_NameOfAnObjectBeingDeleted_SaysSo(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await HeldAsync(api, "llmoperator.dev/a");
        (await api.DeleteAsync(api.One)).Ok();
        var answer = await api.PostAsync(api.Widgets, Workspace.Widget("one"));
        Says("object is being deleted: ", Refused(answer, 409, "AlreadyExists"));
        await ReleaseAsync(api);
    }

    [Theory, Case("C47")]
    public async Task Delete_PreconditionUid_ProtectsAnotherObject(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var created = await api.CreateAsync();
        var wrong = await api.DeleteAsync(api.One, """{"preconditions":{"uid":"other"}}""");
        Says(
            "the UID in the precondition (other) does not match the UID in record",
            Refused(wrong, 409, "Conflict")
        );
        (await api.DeleteAsync(api.One, $$"""{"preconditions":{"uid":"{{created.Uid}}"} }""")).Ok();
    }

    [Theory, Case("C47")]
    public async Task Delete_PreconditionResourceVersion_ProtectsANewerState(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var created = await api.CreateAsync();
        var newer = (await api.MergeAsync(api.One, """{"spec":{"replicas":2}}""")).Ok();
        string Options(ApiAnswer state) =>
            $$"""{"preconditions":{"resourceVersion":"{{state.ResourceVersion}}"} }""";
        Refused(await api.DeleteAsync(api.One, Options(created)), 409, "Conflict");
        (await api.DeleteAsync(api.One, Options(newer))).Ok();
    }

    [Theory, Case("C25 C44")]
    public async Task Delete_ThenCreateAgain_IsAnotherObject(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var first = await api.CreateAsync();
        (await api.DeleteAsync(api.One)).Ok();
        var second = await api.CreateAsync();
        Assert.NotEqual(first.Uid, second.Uid);
        Refused(await api.PutAsync(api.One, first.Json), 409, "Conflict");
    }

    [Theory, Case("C8")]
    public async Task Delete_UnknownPropagationPolicy_IsInvalid(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        Refused(await api.DeleteAsync(api.One, """{"propagationPolicy":"Sideways"}"""), 422, "Invalid");
        (await api.GetAsync(api.One)).Ok();
    }

    [Theory, Case("C47 C23")]
    public async Task DeleteCollection_WithASelector_DeletesOnlyWhatMatches(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        foreach (var (name, app) in new[] { ("a", "x"), ("b", "y"), ("c", "x") })
        {
            await api.CreateAsync(Workspace.WidgetWith(name, $$"""{"labels":{"app":"{{app}}"} }"""));
        }
        (await api.DeleteAsync($"{api.Widgets}?labelSelector=app%3Dx")).Ok();
        Assert.Equal(["b"], (await api.GetAsync(api.Widgets)).Names);
    }

    [Theory, Case("C47 C45")]
    public async Task DeleteCollection_WithFinalizers_MarksThese(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await HeldAsync(api, "llmoperator.dev/a");
        await api.CreateManyAsync("free");
        (await api.DeleteAsync(api.Widgets)).Ok();
        var left = (await api.GetAsync(api.Widgets)).Ok();
        Assert.Equal(["one"], left.Names);
        Assert.NotNull(left.Items[0]!["metadata"]!["deletionTimestamp"]);
        await ReleaseAsync(api);
    }

    [Theory, Case("C47")]
    public async Task DeleteCollection_OfANamespace_LeavesTheOthers(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await using var other = await OpenAsync(target);
        await api.CreateManyAsync("a", "b");
        await other.CreateManyAsync("c");
        (await api.DeleteAsync(api.Widgets)).Ok();
        Assert.Empty((await api.GetAsync(api.Widgets)).Names);
        Assert.Equal(["c"], (await other.GetAsync(other.Widgets)).Names);
    }

    private static Task<ApiAnswer> HeldAsync(Workspace api, params string[] finalizers) =>
        api.CreateAsync(
            Workspace.WidgetWith("one", $$"""{"finalizers":["{{string.Join("\",\"", finalizers)}}"] }""")
        );

    private static async Task ReleaseAsync(Workspace api) =>
        (await api.MergeAsync(api.One, """{"metadata":{"finalizers":null}}""")).Ok();
}
