namespace LlmOperator.Deploy.Tests.GitOps;

/// <summary>Argo CD's script, run by a real Lua, over the states that our objects have.</summary>
public sealed class HealthScriptTests
{
    private const string Conditions = "status={observedGeneration=2,conditions={";

    [Theory]
    [InlineData("", "Progressing")]
    [InlineData("status={}", "Progressing")]
    [InlineData("status={observedGeneration=2}", "Progressing")]
    [InlineData("status={conditions={{type='Ready',status='True',reason='AgentReady'}}}", "Healthy")]
    [InlineData("status={observedGeneration=1,conditions={{type='Ready',status='True'}}}", "Progressing")]
    [InlineData(Conditions + "{type='Ready',status='True',reason='AllReady'}}}", "Healthy")]
    [InlineData(Conditions + "{type='Ready',status='True',reason='ScaledToZero'}}}", "Suspended")]
    [InlineData(Conditions + "{type='Ready',status='False',reason='Loading',message='m'}}}", "Progressing")]
    [InlineData(Conditions + "{type='Ready',status='Unknown',reason='AgentLost'}}}", "Progressing")]
    [InlineData(
        Conditions + "{type='Accepted',status='True'},{type='Reconciling',status='True',message='m'}}}",
        "Progressing"
    )]
    [InlineData(
        Conditions + "{type='Reconciling',status='True'},{type='Ready',status='True'}}}",
        "Progressing"
    )]
    [InlineData(
        Conditions + "{type='Ready',status='False'},{type='Stalled',status='True',message='m'}}}",
        "Degraded"
    )]
    [InlineData(Conditions + "{type='Ready',status='True'},{type='Stalled',status='False'}}}", "Healthy")]
    public async Task Health_OfAState_IsWhatPeopleExpect(string state, string expected)
    {
        string lua = Tools.Require("lua5.4");
        string script = Repository.PathOf("deploy", "argocd", "health.lua");

        (int code, string output, string errors) = await Tools.RunAsync(
            lua,
            "-e",
            $"obj = {{metadata={{generation=2}},{state}}}; local h = dofile('{script}'); print(h.status); assert(type(h.message) == 'string')"
        );

        Assert.True(code == 0, errors);
        Assert.Equal(expected, output.Trim());
    }

    [Fact]
    public async Task Health_OfAnObjectBeingDeleted_IsProgressing()
    {
        string lua = Tools.Require("lua5.4");
        string script = Repository.PathOf("deploy", "argocd", "health.lua");

        (_, string output, _) = await Tools.RunAsync(
            lua,
            "-e",
            $"obj = {{metadata={{generation=2,deletionTimestamp='x'}},{Conditions}{{type='Ready',status='True'}}}}}}}}; print(dofile('{script}').status)"
        );

        Assert.Equal("Progressing", output.Trim());
    }
}
