using System.Text.Json.Nodes;
using LlmOperator.EndToEnd.Harness;

namespace LlmOperator.EndToEnd.Stories;

/// <summary>The machine's own kubectl, unmodified, on a running <c>llmop up</c>.</summary>
public sealed class KubectlStories(KubectlStories.Fixture fixture) : IClassFixture<KubectlStories.Fixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private RunningUp Up => fixture.Up;

    [Fact]
    public async Task Apply_Model_WaitsUntilReadyAndIsShown()
    {
        await Up.ApplyAsync(DemoModelFile.Manifest("shown"), Token);

        CommandResult wait = await Up.KubectlAsync(
            Token,
            "wait",
            "--for=condition=Ready",
            "llmmodel/shown",
            "--timeout=60s"
        );
        CommandResult wide = await Up.KubectlAsync(Token, "get", "llmmodels", "-o", "wide");
        CommandResult category = await Up.KubectlAsync(Token, "get", "llm");
        CommandResult describe = await Up.KubectlAsync(Token, "describe", "llmmodel", "shown");

        Assert.Equal("llmmodel.llmoperator.dev/shown condition met", wait.Output.Trim());
        Assert.Matches(
            @"NAME +READY +REASON +VARIANT +DESIRED +AVAILABLE +MEMORY +CONTEXT +MESSAGE +AGE",
            wide.Output
        );
        Assert.Matches(@"shown +True +AllReady +default +1 +1 ", wide.Output);
        Assert.Contains("llmnode.llmoperator.dev/local", category.Output, StringComparison.Ordinal);
        Assert.Contains("modelreplica.llmoperator.dev/shown-", category.Output, StringComparison.Ordinal);
        Assert.Contains("Observed Generation:  1", describe.Output, StringComparison.Ordinal);
        Assert.Matches(@"Events:\s+Type +Reason", describe.Output);
    }

    [Fact]
    public async Task ServerSideApply_TwoManagers_ConflictNamesTheFieldAndForceTakesOver()
    {
        string manifest = DemoModelFile.Manifest("ssa", "  placement: { replicas: 0 }");
        CommandResult first = await Up.KubectlAsync(manifest, Token, "apply", "--server-side", "-f", "-");
        string changed = manifest.Replace("replicas: 0", "replicas: 1", StringComparison.Ordinal);
        CommandResult second = await Up.KubectlAsync(
            changed,
            Token,
            "apply",
            "--server-side",
            "--field-manager=another",
            "-f",
            "-"
        );
        CommandResult forced = await Up.KubectlAsync(
            changed,
            Token,
            "apply",
            "--server-side",
            "--field-manager=another",
            "--force-conflicts",
            "-f",
            "-"
        );

        Assert.Equal("llmmodel.llmoperator.dev/ssa serverside-applied", first.Output.Trim());
        Assert.Equal(1, second.ExitCode);
        Assert.Contains(".spec.placement.replicas", second.Error, StringComparison.Ordinal);
        Assert.Equal(0, forced.ExitCode);
    }

    [Fact]
    public async Task Explain_PlacementField_ShowsTypesAndDescriptions()
    {
        CommandResult explain = await Up.KubectlAsync(Token, "explain", "llmmodel.spec.placement");

        Assert.Equal(0, explain.ExitCode);
        Assert.Contains("replicas", explain.Output, StringComparison.Ordinal);
        Assert.Contains("Replicas, each on a node of its own", explain.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_UnknownField_IsRefusedWithItsPath()
    {
        CommandResult result = await Up.KubectlAsync(
            DemoModelFile.Manifest("wrong-field", "  placement: { replica: 2 }"),
            Token,
            "apply",
            "-f",
            "-"
        );

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("spec.placement.replica", result.Error, StringComparison.Ordinal);
        Assert.Null(await Up.GetAsync("llmmodel", "wrong-field", Token));
    }

    [Fact]
    public async Task Apply_WrongType_IsRefusedWithItsPath()
    {
        CommandResult result = await Up.KubectlAsync(
            DemoModelFile.Manifest("wrong-type", "  placement: { replicas: two }"),
            Token,
            "apply",
            "--validate=false",
            "-f",
            "-"
        );

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("spec.placement.replicas", result.Error, StringComparison.Ordinal);
        Assert.Contains("must be of type integer", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patch_MergeAndJson_ChangeTheSpecAndRaiseTheGeneration()
    {
        await Up.ApplyAsync(DemoModelFile.Manifest("patched", "  placement: { replicas: 0 }"), Token);

        CommandResult merge = await Up.KubectlAsync(
            Token,
            "patch",
            "llmmodel",
            "patched",
            "--type=merge",
            "-p",
            """{"spec":{"parallelSequences":2}}"""
        );
        CommandResult json = await Up.KubectlAsync(
            Token,
            "patch",
            "llmmodel",
            "patched",
            "--type=json",
            "-p",
            """[{"op":"test","path":"/spec/parallelSequences","value":2},{"op":"replace","path":"/spec/context/preferred","value":1024}]"""
        );
        JsonNode? model = await Up.GetAsync("llmmodel", "patched", Token);

        Assert.Equal(0, merge.ExitCode);
        Assert.True(json.ExitCode == 0, json.All);
        Assert.Equal(
            (2, 1024, 3),
            (
                (int)model!["spec"]!["parallelSequences"]!,
                (int)model["spec"]!["context"]!["preferred"]!,
                (int)model["metadata"]!["generation"]!
            )
        );
    }

    [Fact]
    public async Task Watch_Models_ShowsTheChange()
    {
        await Up.ApplyAsync(DemoModelFile.Manifest("watched", "  placement: { replicas: 0 }"), Token);
        await using WatchedCommand watch = Up.StartKubectl("get", "llmmodel", "watched", "-w");
        await watch.WaitForAsync(@"watched +\w+ +ScaledToZero", Token);

        CommandResult scale = await Up.KubectlAsync(Token, "scale", "llmmodel", "watched", "--replicas=1");

        Assert.Equal(0, scale.ExitCode);
        await watch.WaitForAsync(@"watched +True +AllReady", Token);
    }

    [Fact]
    public async Task Delete_Model_StopsTheEngineAndLeavesNothing()
    {
        await Up.ApplyAsync(DemoModelFile.Manifest("gone"), Token);
        await Up.WaitForConditionAsync("llmmodel", "gone", "Ready", "True", null, Token);
        JsonNode replica = (await Up.ListAsync("modelreplicas", Token)).First(r =>
            (string?)r!["spec"]!["modelName"] == "gone"
        )!;
        int process = (int)replica["status"]!["process"]!["processId"]!;
        Assert.NotEmpty(replica["metadata"]!["finalizers"]!.AsArray());

        CommandResult delete = await Up.KubectlAsync(Token, "delete", "llmmodel", "gone", "--timeout=60s");
        CommandResult wait = await Up.KubectlAsync(
            Token,
            "wait",
            "--for=delete",
            $"modelreplica/{(string)replica["metadata"]!["name"]!}",
            "--timeout=60s"
        );

        Assert.Equal(0, delete.ExitCode);
        Assert.Equal(0, wait.ExitCode);
        Assert.False(Directory.Exists($"/proc/{process}"));
    }

    [Fact]
    public async Task ApiResources_OurGroup_ListsEveryKindWithItsShortName()
    {
        CommandResult result = await Up.KubectlAsync(Token, "api-resources", "--api-group=llmoperator.dev");

        Assert.Equal(0, result.ExitCode);
        Assert.Matches(@"llmmodels +lm +llmoperator.dev/v1alpha1 +true +LlmModel", result.Output);
        Assert.Matches(@"llmnodes +ln +llmoperator.dev/v1alpha1 +false +LlmNode", result.Output);
        Assert.Matches(@"routerkeys +rk[a-z,]* +llmoperator.dev/v1alpha1 +true +RouterKey", result.Output);
        Assert.Matches(
            @"budgetledgers +[a-z,]* +llmoperator.dev/v1alpha1 +true +BudgetLedger",
            result.Output
        );
        Assert.Equal(10, result.Output.Trim().Split('\n').Length);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        private RunningUp? _up;

        public RunningUp Up => _up ?? throw new InvalidOperationException("The fixture has not started.");

        public async ValueTask InitializeAsync() => _up = await RunningUp.StartAsync(CancellationToken.None);

        public async ValueTask DisposeAsync()
        {
            if (_up is not null)
            {
                await _up.DisposeAsync();
            }
        }
    }
}
