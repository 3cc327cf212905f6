using System.Text.Json.Nodes;

namespace LlmOperator.Conformance.Writing;

public class CreateTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory, Case("C42")]
    public async Task Create_NewObject_IsStoredWithSystemMetadataAndDefaults(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var created = await api.PostAsync(api.Widgets, Workspace.Widget("one"));
        Assert.Equal(201, (int)created.Code);
        Assert.Equal(1, created.Generation);
        Assert.NotEmpty(created.Uid);
        Assert.Matches("^2[0-9-]+T[0-9:]+Z$", (string)created.Json["metadata"]!["creationTimestamp"]!);
        Assert.Equal(1, (long)created.Json["spec"]!["replicas"]!);
        Assert.Equal(api.Namespace, (string)created.Json["metadata"]!["namespace"]!);
        Assert.True(JsonNode.DeepEquals(created.Json, (await api.GetAsync(api.One)).Json));
    }

    [Theory, Case("C47 C8")]
    public async Task Create_SameNameTwice_IsRefusedAsAlreadyExists(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync();
        var again = Refused(await api.PostAsync(api.Widgets, Workspace.Widget("one")), 409, "AlreadyExists");
        Assert.Equal($"widgets.{Workspace.Group} \"one\" already exists", again.Message);
    }

    [Theory, Case("C47")]
    public async Task Create_GenerateName_GetsASuffix(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var body = Workspace.Widget("");
        body["metadata"] = new JsonObject { ["generateName"] = "run-" };
        var created = await api.CreateAsync(body);
        Assert.Matches("^run-[a-z0-9]{5}$", (string)created.Json["metadata"]!["name"]!);
    }

    [Theory, Case("C8")]
    public async Task Create_WithoutAName_SaysThatOneIsNeeded(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var body = Workspace.Widget("");
        body["metadata"] = new JsonObject();
        var answer = Refused(await api.PostAsync(api.Widgets, body), 422, "Invalid");
        Says("name or generateName is required", answer);
    }

    [Theory]
    [Case("C8", "Upper")]
    [Case("C8", "with_underscore")]
    [Case("C8", "-dash")]
    [Case("C8", "ends.")]
    public async Task Create_ImpossibleName_IsInvalid(TargetKind target, string name)
    {
        await using var api = await OpenAsync(target);
        var answer = Refused(await api.PostAsync(api.Widgets, Workspace.Widget(name)), 422, "Invalid");
        Assert.Equal(["metadata.name"], answer.CauseFields);
    }

    [Theory]
    [Case("C8", "kind", "Gadget")]
    [Case("C8", "apiVersion", "conformance.llmoperator.dev/v9")]
    public async Task Create_BodyOfAnotherKindOrVersion_IsRefused(
        TargetKind target,
        string field,
        string value
    )
    {
        await using var api = await OpenAsync(target);
        var body = Workspace.Widget("one");
        body[field] = value;
        Assert.InRange((int)(await api.PostAsync(api.Widgets, body)).Code, 400, 422);
    }

    [Theory, Case("C8")]
    public async Task Create_NamespaceOfTheBodyDiffers_IsABadRequest(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var body = Workspace.WidgetWith("one", """{"namespace":"elsewhere"}""");
        var answer = Refused(await api.PostAsync(api.Widgets, body), 400, "BadRequest");
        Says("the namespace of the provided object does not match the namespace sent on the request", answer);
    }

    [Theory, Case("C8")]
    public async Task Create_NamespaceMissing_IsNotFound(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.CoreKinds);
        var nowhere = Workspace.PathOf(api.Own("nowhere"), "widgets");
        var answer = Refused(await api.PostAsync(nowhere, Workspace.Widget("one")), 404, "NotFound");
        Assert.Equal($"namespaces \"{api.Own("nowhere")}\" not found", answer.Message);
    }

    [Theory, Case("C44")]
    public async Task Create_WithAResourceVersion_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.PostAsync(
            api.Widgets,
            Workspace.WidgetWith("one", """{"resourceVersion":"5"}""")
        );
        Assert.True((int)answer.Code >= 400, answer.Text);
        Says("resourceVersion should not be set on objects to be created", answer);
    }

    [Theory, Case("C42")]
    public async Task Create_SystemMetadataGiven_IsReplaced(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        const string Forged = """
            {"uid":"forged","generation":77,"creationTimestamp":"2001-01-01T00:00:00Z","selfLink":"/x"}
            """;
        var created = await api.CreateAsync(Workspace.WidgetWith("one", Forged));
        Assert.NotEqual("forged", created.Uid);
        Assert.Equal(1, created.Generation);
        Assert.NotEqual("2001-01-01T00:00:00Z", (string)created.Json["metadata"]!["creationTimestamp"]!);
    }

    [Theory, Case("C45")]
    public async Task Create_DeletionTimestampGiven_IsDropped(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var created = await api.CreateAsync(
            Workspace.WidgetWith("one", """{"deletionTimestamp":"2001-01-01T00:00:00Z"}""")
        );
        Assert.Null(created.Json["metadata"]!["deletionTimestamp"]);
    }

    [Theory, Case("C42")]
    public async Task Create_EmptyMetadata_IsAsIfNotSet(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var created = await api.CreateAsync(
            Workspace.WidgetWith("one", """{"annotations":{},"labels":null,"finalizers":[]}""")
        );
        Assert.Null(created.Json["metadata"]!["annotations"]);
        Assert.Null(created.Json["metadata"]!["labels"]);
        Assert.Null(created.Json["metadata"]!["finalizers"]);
    }

    [Theory]
    [Case("C8", """{"labels":{"bad key!":"v"}}""", "metadata.labels")]
    [Case("C8", """{"labels":{"app":"not a value"}}""", "metadata.labels")]
    [Case("C8", """{"annotations":{"bad key!":"v"}}""", "metadata.annotations")]
    [Case("C45 C8", """{"finalizers":["bad finalizer!"]}""", "metadata.finalizers")]
    [Case(
        "C46 C8",
        """{"ownerReferences":[{"apiVersion":"v1","kind":"X","name":"","uid":"u"}]}""",
        "metadata.ownerReferences.name"
    )]
    public async Task Create_ImpossibleMetadata_IsInvalidWithItsPath(
        TargetKind target,
        string metadata,
        string field
    )
    {
        await using var api = await OpenAsync(target);
        var answer = await api.PostAsync(api.Widgets, Workspace.WidgetWith("one", metadata));
        Assert.Contains(field, Refused(answer, 422, "Invalid").CauseFields);
    }

    [Theory, Case("C46")]
    public async Task Create_TwoControllers_IsInvalid(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        const string Owners = """
            {"ownerReferences":[
              {"apiVersion":"v1","kind":"X","name":"a","uid":"u1","controller":true},
              {"apiVersion":"v1","kind":"X","name":"b","uid":"u2","controller":true}]}
            """;
        var answer = await api.PostAsync(api.Widgets, Workspace.WidgetWith("one", Owners));
        Says("Only one reference can have Controller set to true", Refused(answer, 422, "Invalid"));
    }
}
