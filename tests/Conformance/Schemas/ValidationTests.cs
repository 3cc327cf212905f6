namespace LlmOperator.Conformance.Schemas;

public class ValidationTests(TargetServers servers) : ConformanceTest(servers)
{
    [Theory]
    [Case("C8", """{}""", "spec.size", "Required value")]
    [Case(
        "C8",
        """{"size":"Huge"}""",
        "spec.size",
        "Unsupported value: \"Huge\": supported values: \"Small\", \"Large\""
    )]
    [Case(
        "C8",
        """{"size":"Small","count":"2"}""",
        "spec.count",
        "spec.count in body must be of type integer: \"string\""
    )]
    [Case(
        "C8",
        """{"size":"Small","count":-1}""",
        "spec.count",
        "spec.count in body should be greater than or equal to 0"
    )]
    [Case(
        "C8",
        """{"size":"Small","count":101}""",
        "spec.count",
        "spec.count in body should be less than or equal to 100"
    )]
    [Case(
        "C8",
        """{"size":"Small","ratio":0}""",
        "spec.ratio",
        "spec.ratio in body should be greater than 0"
    )]
    [Case(
        "C8",
        """{"size":"Small","enabled":"yes"}""",
        "spec.enabled",
        "spec.enabled in body must be of type boolean: \"string\""
    )]
    [Case(
        "C8",
        """{"size":"Small","when":"today"}""",
        "spec.when",
        "spec.when in body must be of type date-time: \"today\""
    )]
    [Case(
        "C8",
        """{"size":"Small","node":"123456789012345678901"}""",
        "spec.node",
        "Too long: may not be more than 20 bytes"
    )]
    [Case("C8", """{"size":"Small","code":"A"}""", "spec.code", "spec.code in body should match '^[a-z]+$'")]
    [Case(
        "C8",
        """{"size":"Small","args":["1","2","3","4","5","6"]}""",
        "spec.args",
        "Too many: 6: must have at most 5 items"
    )]
    [Case(
        "C8",
        """{"size":"Small","args":{}}""",
        "spec.args",
        "spec.args in body must be of type array: \"object\""
    )]
    [Case("C8 C41", """{"size":"Small","tags":["a","a"]}""", "spec.tags[1]", "Duplicate value: \"a\"")]
    [Case(
        "C8 C41",
        """{"size":"Small","ports":[{"name":"a"},{"name":"a"}]}""",
        "spec.ports[1]",
        "Duplicate value: {\"name\":\"a\"}"
    )]
    [Case("C8", """{"size":"Small","ports":[{"port":1}]}""", "spec.ports[0].name", "Required value")]
    [Case(
        "C8",
        """{"size":"Small","labels":{"a":1}}""",
        "spec.labels.a",
        "spec.labels.a in body must be of type string: \"integer\""
    )]
    public async Task Create_AgainstTheSchema_NamesFieldAndReason(
        TargetKind target,
        string spec,
        string field,
        string message
    )
    {
        await using var api = await OpenAsync(target);
        var answer = await api.PostAsync(api.Widgets, Workspace.Widget("one", spec));
        Refused(answer, 422, "Invalid");
        if (!api.Has(Need.RecentVersion))
        {
            // Older servers leave the index out of paths, and word some messages otherwise.
            Says(field.Split('.')[^1], answer);
            return;
        }
        Assert.StartsWith(
            $"Widget.{Workspace.Group} \"one\" is invalid: {field}: ",
            answer.Message,
            StringComparison.Ordinal
        );
        Assert.EndsWith(message, answer.Message, StringComparison.Ordinal);
        Assert.Equal([field], answer.CauseFields);
    }

    [Theory, Case("C8")]
    public async Task Create_FractionForAnInteger_NamesTheField(TargetKind target)
    {
        await using var api = await OpenAsync(target, Need.RecentVersion);
        var answer = await api.PostAsync(
            api.Widgets,
            Workspace.Widget("one", """{"size":"Small","count":1.5}""")
        );
        Says("spec.count in body must be of type integer: \"number\"", Refused(answer, 422, "Invalid"));
        Assert.Contains("spec.count", answer.CauseFields);
    }

    [Theory, Case("C8")]
    public async Task Create_SeveralFaults_NamesAllOfThem(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.PostAsync(api.Widgets, Workspace.Widget("one", """{"count":-1,"code":"A"}"""));
        Assert.Equal(["spec.code", "spec.count", "spec.size"], answer.CauseFields.Order());
    }

    [Theory]
    [Case("C42", """{"size":"Small","node":"größe-😀-größe-😀-gr"}""")]
    [Case("C42", """{"size":"Small","count":2.0}""")]
    [Case("C42", """{"size":"Small","hint":null}""")]
    [Case("C42", """{"size":"Small","when":"2026-01-02T03:04:05.123Z"}""")]
    public async Task Create_WithinTheSchema_IsAccepted(TargetKind target, string spec)
    {
        await using var api = await OpenAsync(target);
        await api.CreateAsync(spec);
    }

    [Theory]
    [Case("C42", "\"4Gi\"", 201)]
    [Case("C42", "4", 201)]
    [Case("C8 C42", "1.5", 422)]
    [Case("C8 C42", "true", 422)]
    public async Task Create_IntOrString_TakesBothAndNothingElse(TargetKind target, string value, int code)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.SendAsync(
            HttpMethod.Post,
            $"{Workspace.AllGadgets}?dryRun=All",
            $$"""
            {"apiVersion":"{{Workspace.Group}}/v1","kind":"Gadget","metadata":{"name":"{{api.Own("g")}}"},
             "spec":{"memory":{{value}} } }
            """
        );
        Assert.Equal(code, (int)answer.Code);
        Assert.True(code == 201 || answer.CauseFields.Single() == "spec.memory", answer.Text);
    }

    [Theory, Case("C8")]
    public async Task Update_AgainstTheSchema_IsRefusedAndChangesNothing(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var created = await api.CreateAsync();
        var answer = await api.MergeAsync(api.One, """{"spec":{"size":"Huge"}}""");
        Assert.Equal(["spec.size"], Refused(answer, 422, "Invalid").CauseFields);
        Assert.Equal(created.ResourceVersion, (await api.GetAsync(api.One)).ResourceVersion);
    }

    [Theory]
    [Case("C8", "{")]
    [Case("C8", "[]")]
    [Case("C8", "")]
    public async Task Create_BodyThatIsNoObject_IsABadRequest(TargetKind target, string body)
    {
        await using var api = await OpenAsync(target);
        Refused(await api.SendAsync(HttpMethod.Post, api.Widgets, body), 400, "BadRequest");
    }

    [Theory, Case("C8")]
    public async Task Create_UnknownContentType_IsRefused(TargetKind target)
    {
        await using var api = await OpenAsync(target);
        var answer = await api.SendAsync(HttpMethod.Post, api.Widgets, "{}", "text/csv");
        Refused(answer, 415, "UnsupportedMediaType");
    }
}
