using System.Net;
using LlmOperator.Models.Sources;
using LlmOperator.Testing.Registries;

namespace LlmOperator.Models.Tests.Sources;

public sealed class GuardedHttpTests
{
    private static readonly RegistryContent s_content = RegistryContent.Generated(1_000, seed: 1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("::")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::a00:1")]
    [InlineData("fec0::1")]
    [InlineData("2002:a00:1::")]
    public void Allows_PrivateAddress_OnlyForListedHosts(string address)
    {
        IPAddress parsed = IPAddress.Parse(address);

        Assert.False(AddressGuard.Allows(new SourceSettings { AllowLoopback = true }, "host", parsed));
        Assert.True(AddressGuard.Allows(new SourceSettings { AllowPrivateHosts = ["HOST"] }, "host", parsed));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.9.9.9")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void Allows_Loopback_OnlyWhenSettingsSaySo(string address)
    {
        IPAddress parsed = IPAddress.Parse(address);

        Assert.False(
            AddressGuard.Allows(new SourceSettings { AllowPrivateHosts = ["host"] }, "host", parsed)
        );
        Assert.True(AddressGuard.Allows(new SourceSettings { AllowLoopback = true }, "host", parsed));
    }

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("2606:4700::1111")]
    public void Allows_PublicAddress_Always(string address)
    {
        Assert.True(AddressGuard.Allows(new SourceSettings(), "host", IPAddress.Parse(address)));
    }

    [Fact]
    public async Task SendAsync_LoopbackNotAllowed_IsRefusedBeforeAConnection()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        Uri url = standIn.AddFile("x", s_content);

        ModelSourceException error = await FailAsync(new SourceSettings(), url);

        Assert.Equal(ModelSourceFailure.Refused, error.Failure);
        Assert.Empty(standIn.Requests);
    }

    [Theory]
    [InlineData("http://example.com/x", "Plain http")]
    [InlineData("https://user:secret@example.com/x", "user name or password")]
    [InlineData("ftp://example.com/x", "https://")]
    [InlineData("file:///etc/passwd", "https://")]
    public async Task SendAsync_ForbiddenAddress_IsRefusedWithoutShowingSecrets(string url, string expected)
    {
        ModelSourceException error = await FailAsync(new SourceSettings(), new Uri(url));

        Assert.Equal(ModelSourceFailure.Refused, error.Failure);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_RedirectToAnotherHostAndBack_CarriesNoCredentialThere()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        Uri start = standIn.AddFile("start", s_content);
        Uri end = standIn.AddFile("end", s_content);
        Uri away = new UriBuilder(standIn.AddFile("away", s_content)) { Host = "localhost" }.Uri;
        standIn.Inject(new RegistryFault.RedirectTo(away));
        standIn.Inject(new RegistryFault.RedirectTo(end));

        using HttpResponseMessage response = await SendAsync(standIn.Settings, start);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal(
            [
                ("127.0.0.1", "/files/start", "Bearer t"),
                ("localhost", "/files/away", null),
                ("127.0.0.1", "/files/end", null),
            ],
            standIn.Requests.Select(request => (request.Host, request.Path, request.Authorization))
        );
    }

    [Fact]
    public async Task SendAsync_RedirectToAPrivateAddress_IsRefused()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        Uri url = standIn.AddFile("x", s_content);
        standIn.Inject(new RegistryFault.RedirectTo(new Uri("https://169.254.169.254/latest/meta-data")));

        ModelSourceException error = await FailAsync(standIn.Settings, url);

        Assert.Equal(ModelSourceFailure.Refused, error.Failure);
        Assert.Contains("169.254.169.254", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_EndlessRedirects_EndAfterTen()
    {
        await using RegistryStandIn standIn = await RegistryStandIn.StartAsync(Token);
        Uri url = standIn.AddFile("x", s_content);
        standIn.Inject(new RegistryFault.RedirectTo(url) { Times = 100 });

        ModelSourceException error = await FailAsync(standIn.Settings, url);

        Assert.Contains("more than 10 times", error.Message, StringComparison.Ordinal);
        Assert.Equal(11, standIn.Requests.Count);
    }

    [Fact]
    public async Task SendAsync_NobodyListens_IsUnreachable()
    {
        ModelSourceException error = await FailAsync(
            new SourceSettings { AllowLoopback = true },
            new Uri("http://127.0.0.1:9/x")
        );

        Assert.Equal(ModelSourceFailure.Unreachable, error.Failure);
    }

    private static Task<ModelSourceException> FailAsync(SourceSettings settings, Uri url) =>
        Assert.ThrowsAsync<ModelSourceException>(() => SendAsync(settings, url));

    private static async Task<HttpResponseMessage> SendAsync(SourceSettings settings, Uri url)
    {
        using GuardedHttp http = new(settings, TimeProvider.System);
        return await http.SendAsync(
            new GuardedRequest(HttpMethod.Get, url) { HostHeaders = SourceTokens.Bearer("t") },
            Token
        );
    }
}
