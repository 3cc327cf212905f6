using LlmOperator.Models.Sources;
using LlmOperator.Testing.Registries;

namespace LlmOperator.Models.Tests.Sources;

public sealed class SourceProxyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ResolveAsync_NameThatOnlyTheProxyKnows_GoesThroughTheProxy()
    {
        await using RegistryStandIn proxy = await RegistryStandIn.StartAsync(Token);
        proxy.AddFile("m.gguf", RegistryContent.Generated(1000, seed: 1));
        SourceSettings settings = new() { Proxy = proxy.Address, AllowPlainHttpHosts = ["models.invalid"] };
        using GuardedHttp http = new(settings, TimeProvider.System);

        ResolvedModel model = await new SourceResolver(http, settings, TimeProvider.System).ResolveAsync(
            new HttpSource(new Uri("http://models.invalid/files/m.gguf")),
            null,
            Token
        );

        Assert.Equal(1000, model.SizeBytes);
        Assert.Equal("models.invalid", Assert.Single(proxy.Requests).Host);
    }

    [Theory]
    [InlineData("http://10.1.2.3/files/m.gguf")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://[64:ff9b:1::1]/x")]
    public async Task ResolveAsync_PrivateTarget_IsRefusedBeforeTheProxyHearsOfIt(string target)
    {
        await using RegistryStandIn proxy = await RegistryStandIn.StartAsync(Token);
        Uri url = new(target);
        SourceSettings settings = new() { Proxy = proxy.Address, AllowPlainHttpHosts = [url.Host] };
        using GuardedHttp http = new(settings, TimeProvider.System);

        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            new SourceResolver(http, settings, TimeProvider.System).ResolveAsync(
                new HttpSource(url),
                null,
                Token
            )
        );

        Assert.Equal(ModelSourceFailure.Refused, error.Failure);
        Assert.Empty(proxy.Requests);
    }

    [Fact]
    public async Task ResolveAsync_HostOfOurs_IsAskedDirectly()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        Uri url = registry.AddFile("m.gguf", RegistryContent.Generated(1000, seed: 1));
        SourceSettings settings = registry.Settings with { Proxy = new Uri("http://127.0.0.1:9/") };
        using GuardedHttp http = new(settings, TimeProvider.System);

        ResolvedModel model = await new SourceResolver(http, settings, TimeProvider.System).ResolveAsync(
            new HttpSource(url),
            null,
            Token
        );

        Assert.Equal(1000, model.SizeBytes);
    }
}
