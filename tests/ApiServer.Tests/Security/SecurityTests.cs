using System.Net;
using System.Net.Http.Headers;

namespace LlmOperator.ApiServer.Tests.Security;

public class SecurityTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Basic dGVzdA==")]
    public async Task Request_WithoutTheToken_Is401(string? authorization)
    {
        await using var server = await WidgetServer.StartAsync();
        using var client = ApiServerFixture.CreateClient(server.Server);
        client.DefaultRequestHeaders.Authorization = authorization is null
            ? null
            : AuthenticationHeaderValue.Parse(authorization);
        using var response = await client.GetAsync("api/v1/namespaces", Cancellation);
        var answer = await ApiAnswer.ReadAsync(response, Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Code);
        Assert.Equal("Unauthorized", answer.Reason);
    }

    [Theory]
    [InlineData("healthz")]
    [InlineData("livez")]
    [InlineData("readyz")]
    [InlineData("version")]
    public async Task Request_OfHealthAndVersion_NeedsNoToken(string path)
    {
        await using var server = await WidgetServer.StartAsync();
        using var client = ApiServerFixture.CreateClient(server.Server);
        client.DefaultRequestHeaders.Authorization = null;
        using var response = await client.GetAsync(path, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Start_OnlyHttpsOnLoopback()
    {
        await using var server = await WidgetServer.StartAsync();
        Assert.Equal("https", server.Server.Url.Scheme);
        Assert.Equal("127.0.0.1", server.Server.Url.Host);
    }

    [Fact]
    public async Task Start_Twice_KeepsTokenAndAuthorityInPrivateFiles()
    {
        var directory = Directory.CreateTempSubdirectory("llmop-api-");
        try
        {
            var options = new ApiServerOptions
            {
                DataDirectory = Path.Combine(directory.FullName, "data"),
                KubeconfigPath = Path.Combine(directory.FullName, "kubeconfig"),
            };
            string token;
            string thumbprint;
            await using (var first = await EmbeddedApiServer.StartAsync(options, Cancellation))
            {
                (token, thumbprint) = (first.Token, first.CertificateAuthority.Thumbprint);
            }
            await using var second = await EmbeddedApiServer.StartAsync(options, Cancellation);
            Assert.Equal(token, second.Token);
            Assert.Equal(thumbprint, second.CertificateAuthority.Thumbprint);
            Assert.Equal(
                second.Kubeconfig,
                await File.ReadAllTextAsync(options.KubeconfigPath, Cancellation)
            );
            foreach (var file in directory.EnumerateFiles("*", SearchOption.AllDirectories))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, file.UnixFileMode);
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Start_OnADataFolderInUse_FailsWithItsName()
    {
        var directory = Directory.CreateTempSubdirectory("llmop-api-");
        try
        {
            var options = new ApiServerOptions { DataDirectory = directory.FullName };
            await using var first = await EmbeddedApiServer.StartAsync(options, Cancellation);
            var error = await Assert.ThrowsAsync<IOException>(() =>
                EmbeddedApiServer.StartAsync(options, Cancellation)
            );
            Assert.Contains(directory.FullName, error.Message, StringComparison.Ordinal);
            Assert.Contains("in use by another process", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
