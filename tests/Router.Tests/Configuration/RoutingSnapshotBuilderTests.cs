using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Tests.Configuration;

public sealed class RoutingSnapshotBuilderTests
{
    private static readonly SecretKeyReference s_reference = new() { Name = "keys", Key = "token" };

    [Fact]
    public void Build_ReplicaThatIsNotReady_TakesNoRequestsAndTheModelSaysWhy()
    {
        RoutingSnapshot snapshot = new World().NotReadyModel("m", "Pulling", "43 % of 4 GiB").Snapshot;

        LocalModel model = Assert.Single(snapshot.Models.Values);
        Assert.Empty(model.Replicas);
        Assert.Equal("Pulling: 43 % of 4 GiB", model.Problem);
    }

    [Fact]
    public void Build_ProviderWithItsKey_CanBeUsedAndNeverPrintsIt()
    {
        World world = new World()
            .Provider("cloud", "https://api.example.com/v1", s_reference)
            .Secret("keys", "token", "sk-very-secret\n");

        Provider provider = Assert.Single(world.Snapshot.Providers.Values);

        Assert.Null(provider.Problem);
        Assert.Equal("sk-very-secret", provider.ApiKey);
        Assert.DoesNotContain("sk-very", provider.ToString(), StringComparison.Ordinal);
        Assert.Equal("https://api.example.com/v1/", provider.BaseUrl!.ToString());
    }

    [Fact]
    public void Build_ProviderWithoutItsSecret_NamesSecretAndKey()
    {
        Provider provider = Assert.Single(
            new World().Provider("cloud", "https://api.example.com/v1", s_reference).Snapshot.Providers.Values
        );

        Assert.Equal(
            "provider \"cloud\" has no API key: Secret \"keys\" key \"token\" not found",
            provider.Problem
        );
    }

    [Theory]
    [InlineData("http://api.example.com/v1")]
    [InlineData("ftp://api.example.com/v1")]
    [InlineData("nonsense")]
    public void Build_ProviderUrlThatWouldLeakAKey_IsAProblem(string url)
    {
        Provider provider = Assert.Single(new World().Provider("cloud", url).Snapshot.Providers.Values);

        Assert.Null(provider.BaseUrl);
        Assert.Contains("spec.baseUrl", provider.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_TwoPoliciesOfOneModelName_TheFirstByItsOwnNameWins()
    {
        World world = new World()
            .Policy("zebra", new RoutingPolicySpec { ModelNames = ["gpt"] })
            .Policy("ant", new RoutingPolicySpec { ModelNames = ["gpt"] });

        Assert.Equal("ant", Assert.Single(world.Snapshot.PoliciesByModelName).Value.Key.Name);
    }
}
