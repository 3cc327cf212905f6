using LlmOperator.Router.Probing;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Probing;

public sealed class ProbeCommandTests
{
    private const string Key = "a-key-of-enough-length";

    [Theory]
    [InlineData("readyz", "200", false, 0)]
    [InlineData("v1/models", "401", false, 0)]
    [InlineData("v1/models", "200", false, 1)]
    [InlineData("v1/models", "200", true, 0)]
    [InlineData("v1/models", "many", false, 2)]
    public async Task Probe_OfARouterWithKeys_SaysWhetherItAnsweredAsExpected(
        string path,
        string status,
        bool withKey,
        int expected
    )
    {
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World(),
            new RouterOptions { ApiKeys = [Key] }
        );
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Key + "\n", TestContext.Current.CancellationToken);
        using StringWriter errors = new();
        string url = new Uri(router.Address, path).ToString();

        int code = await ProbeCommand.RunAsync(withKey ? [url, status, file] : [url, status], errors);

        File.Delete(file);
        Assert.Equal(expected, code);
        Assert.Equal(expected == 0, errors.ToString().Length == 0);
        Assert.DoesNotContain(Key, errors.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_OfNobody_FailsWithASentence()
    {
        using StringWriter errors = new();

        Assert.Equal(1, await ProbeCommand.RunAsync(["http://127.0.0.1:1/readyz"], errors));
        Assert.Contains("did not answer", errors.ToString(), StringComparison.Ordinal);
    }
}
