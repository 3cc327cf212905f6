namespace LlmOperator.ApiServer.Tests.Kubectl;

public class KubectlTests
{
    [Fact]
    public async Task Apply_TwiceAndChanged_CreatesKeepsAndConfigures()
    {
        // Without lists: the defaults in their entries make a client-side apply send them again and again.
        var plain = KubectlServer.WidgetYaml.Replace(
            ", ports: [{name: http, port: 80}]",
            "",
            StringComparison.Ordinal
        );
        await using var server = await KubectlServer.StartAsync();
        Assert.Contains("one created", await server.OkAsync("apply -f -", plain), StringComparison.Ordinal);
        Assert.Contains("one unchanged", await server.OkAsync("apply -f -", plain), StringComparison.Ordinal);
        var changed = plain.Replace("Small", "Large", StringComparison.Ordinal);
        Assert.Contains(
            "one configured",
            await server.OkAsync("apply -f -", changed),
            StringComparison.Ordinal
        );
        Assert.Equal("Large", await server.OkAsync("get widget one -o jsonpath={.spec.size}"));
        Assert.Empty(await server.OkAsync("diff -f -", changed));
    }

    [Theory]
    [InlineData("apply -f -")]
    [InlineData("apply --server-side -f -")]
    [InlineData("create -f -")]
    public async Task Apply_WrongFieldAndWrongType_AreRefusedWithTheirPaths(string command)
    {
        await using var server = await KubectlServer.StartAsync();
        var field = await server.RunAsync(
            command,
            KubectlServer.WidgetYaml.Replace("size:", "sise: x, size:", StringComparison.Ordinal)
        );
        Assert.NotEqual(0, field.ExitCode);
        Assert.Contains("spec.sise", field.Error, StringComparison.Ordinal);
        var type = await server.RunAsync(
            command,
            KubectlServer.WidgetYaml.Replace("size:", "replicas: many, size:", StringComparison.Ordinal)
        );
        Assert.NotEqual(0, type.ExitCode);
        Assert.Contains("spec.replicas", type.Error, StringComparison.Ordinal);
        Assert.Contains("integer", type.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ApplyServerSide_AnotherManagersField_ShowsTheConflictAndForceTakesIt()
    {
        await using var server = await KubectlServer.StartAsync();
        await server.OkAsync("apply --server-side --field-manager=a -f -", KubectlServer.WidgetYaml);
        var changed = KubectlServer.WidgetYaml.Replace("Small", "Large", StringComparison.Ordinal);
        var conflict = await server.RunAsync("apply --server-side --field-manager=b -f -", changed);
        Assert.NotEqual(0, conflict.ExitCode);
        Assert.Contains("conflict with \"a\": .spec.size", conflict.Error, StringComparison.Ordinal);
        await server.OkAsync("apply --server-side --field-manager=b --force-conflicts -f -", changed);
        Assert.Equal("Large", await server.OkAsync("get widget one -o jsonpath={.spec.size}"));
    }

    [Fact]
    public async Task ApplyServerSide_AfterClientSideApply_TakesTheFieldsOver()
    {
        await using var server = await KubectlServer.StartAsync();
        await server.OkAsync("apply -f -", KubectlServer.WidgetYaml);
        await server.OkAsync("apply --server-side -f -", KubectlServer.WidgetYaml);
        var changed = KubectlServer.WidgetYaml.Replace("node: n1, ", "", StringComparison.Ordinal);
        await server.OkAsync("apply --server-side -f -", changed);
        Assert.Empty(await server.OkAsync("get widget one -o jsonpath={.spec.node}"));
    }

    [Fact]
    public async Task Get_InAllForms_ShowsTheColumnsOfTheCrd()
    {
        await using var server = await KubectlServer.StartAsync();
        await server.OkAsync("apply -f -", KubectlServer.WidgetYaml);
        var plain = await server.OkAsync("get wd");
        Assert.Matches(@"^NAME +READY +REPLICAS +AGE\n", plain);
        Assert.Matches(@"\none +1 +\d+s\n$", plain);
        Assert.Matches(
            @"^NAME +READY +REPLICAS +NODE +AGE\none +1 +n1 +\d+s\n$",
            await server.OkAsync("get wd -o wide")
        );
        Assert.Matches(@"^NAMESPACE +NAME +READY", await server.OkAsync("get llm -A"));
        Assert.Equal(
            "widget.test.llmoperator.dev/one\n",
            await server.OkAsync("get wd -o name --field-selector spec.node=n1")
        );
        Assert.Empty(await server.OkAsync("get wd -o name --field-selector metadata.name=two"));
        await server.OkAsync("label wd one app=x");
        Assert.Equal("widget.test.llmoperator.dev/one\n", await server.OkAsync("get wd -o name -l app=x"));
        Assert.Empty(await server.OkAsync("get wd -o name -l app!=x"));
    }

    [Fact]
    public async Task GetWatch_ObjectChanges_PrintsARowForEachState()
    {
        await using var server = await KubectlServer.StartAsync();
        await server.OkAsync("apply -f -", KubectlServer.WidgetYaml);
        using var watch = server.Start("get", "wd", "-w", "--no-headers");
        try
        {
            Assert.Matches(@"^one +1 ", await LineAsync(watch));
            await server.OkAsync("scale wd/one --replicas=5");
            Assert.Matches(@"^one +5 ", await LineAsync(watch));
        }
        finally
        {
            watch.Kill();
        }
    }

    [Fact]
    public async Task Patch_MergeJsonAndStatus_ChangeTheObject()
    {
        await using var server = await KubectlServer.StartAsync();
        await server.OkAsync("apply -f -", KubectlServer.WidgetYaml);
        await server.OkAsync("""patch wd one --type=merge -p {"spec":{"replicas":2}}""");
        await server.OkAsync(
            """patch wd one --type=json -p [{"op":"replace","path":"/spec/size","value":"Large"}]"""
        );
        await server.OkAsync(
            """patch wd one --subresource=status --type=merge -p {"status":{"replicas":1}}"""
        );
        Assert.Equal(
            "2 Large 1",
            await JsonPathAsync(server, "{.spec.replicas} {.spec.size} {.status.replicas}")
        );
        await server.OkAsync("create configmap settings --from-literal=a=1 --from-literal=b=2");
        await server.OkAsync("""patch configmap settings -p {"data":{"a":null,"c":"3"}}""");
        Assert.Equal(
            """{"b":"2","c":"3"}""",
            await server.OkAsync("get configmap settings -o jsonpath={.data}")
        );
    }

    [Fact]
    public async Task Wait_ForConditionAndDeletion_Returns()
    {
        await using var server = await KubectlServer.StartAsync();
        await server.OkAsync("apply -f -", KubectlServer.WidgetYaml);
        var waiting = server.OkAsync("wait --for=condition=Ready wd/one --timeout=20s");
        await server.OkAsync(
            """patch wd one --subresource=status --type=merge -p {"status":{"conditions":[{"type":"Ready","status":"True"}]}}"""
        );
        Assert.Contains("condition met", await waiting, StringComparison.Ordinal);
        Assert.Contains(
            "condition met",
            await server.OkAsync("wait --for=jsonpath={.spec.size}=Small wd/one --timeout=20s"),
            StringComparison.Ordinal
        );
        var gone = server.OkAsync("wait --for=delete wd/one --timeout=20s");
        await server.OkAsync("delete wd one --wait=false");
        await gone;
    }

    [Fact]
    public async Task Delete_WithAFinalizer_ReturnsWhenItIsRemoved()
    {
        await using var server = await KubectlServer.StartAsync();
        var held = KubectlServer.WidgetYaml.Replace(
            "name: one,",
            "name: one, finalizers: [llmoperator.dev/hold],",
            StringComparison.Ordinal
        );
        await server.OkAsync("apply -f -", held);
        var deleting = server.OkAsync("delete wd one --timeout=20s");
        await server.OkAsync(
            "wait --for=jsonpath={.metadata.deletionGracePeriodSeconds}=0 wd/one --timeout=20s"
        );
        await server.OkAsync("""patch wd one --type=merge -p {"metadata":{"finalizers":null}}""");
        Assert.Contains("\"one\" deleted", await deleting, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_AField_ShowsItsDescriptionAndType()
    {
        await using var server = await KubectlServer.StartAsync();
        var placement = await server.OkAsync("explain widget.spec.placement");
        Assert.Contains("Placement says where.", placement, StringComparison.Ordinal);
        Assert.Matches(@"zone\s<string>", placement);
        Assert.Contains("-required-", await server.OkAsync("explain widget.spec"), StringComparison.Ordinal);
        Assert.Contains("base64", await server.OkAsync("explain secret.data"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edit_ChangesWhatTheEditorChanged()
    {
        await using var server = await KubectlServer.StartAsync();
        await server.OkAsync("apply -f -", KubectlServer.WidgetYaml);
        var edited = await server.EditAsync("s/size: Small/size: Large/", "wd", "one");
        Assert.Contains("one edited", edited, StringComparison.Ordinal);
        Assert.Equal("Large", await JsonPathAsync(server, "{.spec.size}"));
    }

    [Fact]
    public async Task Replace_OfAStaleState_IsRefused()
    {
        await using var server = await KubectlServer.StartAsync();
        await server.OkAsync("apply -f -", KubectlServer.WidgetYaml);
        var current = await server.OkAsync("get wd one -o yaml");
        await server.OkAsync(
            "replace -f -",
            current.Replace("size: Small", "size: Large", StringComparison.Ordinal)
        );
        var stale = await server.RunAsync("replace -f -", current);
        Assert.Contains("the object has been modified", stale.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describe_ShowsTheObjectAndItsEvents()
    {
        await using var server = await KubectlServer.StartAsync();
        await server.OkAsync("apply -f -", KubectlServer.WidgetYaml);
        var uid = await JsonPathAsync(server, "{.metadata.uid}");
        await server.OkAsync(
            "create -f -",
            $$"""
            apiVersion: events.k8s.io/v1
            kind: Event
            metadata: {name: one.1, namespace: default}
            regarding: {kind: Widget, name: one, namespace: default, uid: {{uid}}, apiVersion: test.llmoperator.dev/v1alpha1}
            reason: Tested
            note: it was tested
            type: Normal
            action: Test
            eventTime: "2026-01-02T03:04:05.000006Z"
            reportingController: llmoperator.dev/test
            reportingInstance: test-0
            """
        );
        var described = await server.OkAsync("describe wd one");
        Assert.Matches(@"Name: +one\n", described);
        Assert.Matches(@"Normal +Tested .*it was tested", described);
        Assert.Matches(@"Normal +Tested +widget/one +it was tested", await server.OkAsync("get events"));
        Assert.Contains(
            "it was tested",
            await server.OkAsync("get events.events.k8s.io -o yaml"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task BuiltInKinds_CreatedByKubectl_Work()
    {
        await using var server = await KubectlServer.StartAsync();
        await server.OkAsync("create namespace team");
        await server.OkAsync("create secret generic key --from-literal=token=größe -n team");
        await server.OkAsync("create serviceaccount bot -n team");
        Assert.Matches(@"key +Opaque +1 +\d+s", await server.OkAsync("get secrets -n team"));
        Assert.Matches("token: +7 bytes", await server.OkAsync("describe secret key -n team"));
        Assert.Matches(@"team +Active", await server.OkAsync("get ns"));
        await server.OkAsync("delete namespace team --timeout=20s");
        Assert.Empty(await server.OkAsync("get secrets -A -o name"));
    }

    [Fact]
    public async Task Discovery_ApiResourcesVersionAndCrds()
    {
        await using var server = await KubectlServer.StartAsync();
        Assert.Matches(
            @"widgets +wd +test.llmoperator.dev/v1alpha1 +true +Widget",
            await server.OkAsync("api-resources")
        );
        Assert.Contains(
            "test.llmoperator.dev/v1alpha1\n",
            await server.OkAsync("api-versions"),
            StringComparison.Ordinal
        );
        Assert.Matches(@"Server Version: v1\.\d+", await server.OkAsync("version"));
        Assert.Contains(
            "widgets.test.llmoperator.dev",
            await server.OkAsync("get crd"),
            StringComparison.Ordinal
        );
    }

    private static async Task<string> JsonPathAsync(KubectlServer server, string path)
    {
        var result = await server.RunAsync(["get", "wd", "one", "-o", $"jsonpath={path}"]);
        return result.Succeeded;
    }

    private static async Task<string> LineAsync(System.Diagnostics.Process process)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(
            TestContext.Current.CancellationToken
        );
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        return await process.StandardOutput.ReadLineAsync(limit.Token) ?? "";
    }
}
