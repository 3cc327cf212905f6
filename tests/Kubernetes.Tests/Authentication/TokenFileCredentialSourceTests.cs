using System.Net;
using LlmOperator.Kubernetes.Authentication;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Testing.Kubernetes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Kubernetes.Tests.Authentication;

public sealed class TokenFileCredentialSourceTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();
    private readonly FakeTimeProvider _time = new();
    private readonly TokenFileCredentialSource _source;

    public TokenFileCredentialSourceTests() =>
        _source = new TokenFileCredentialSource(_path, _time, NullLogger<TokenFileCredentialSource>.Instance);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _source.Dispose();
        File.Delete(_path);
    }

    [Fact]
    [Trait("Semantics", "C4")]
    public async Task GetAsync_TokenRenewed_IsReadAgainAfterAMinuteLessTenSeconds()
    {
        File.WriteAllText(_path, "one\n");
        Assert.Equal("one", await TokenAsync());
        File.WriteAllText(_path, "two");

        _time.Advance(TimeSpan.FromSeconds(49));
        Assert.Equal("one", await TokenAsync());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("two", await TokenAsync());
    }

    [Theory]
    [Trait("Semantics", "C4")]
    [Trait("Fault", "11")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Fault11_FileUnreadable_KeepsTheOldToken(bool isEmpty)
    {
        File.WriteAllText(_path, "one");
        Assert.Equal("one", await TokenAsync());
        if (isEmpty)
        {
            File.WriteAllText(_path, "");
        }
        else
        {
            File.Delete(_path);
        }

        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("one", await TokenAsync());
        File.WriteAllText(_path, "two");
        Assert.Equal("two", await TokenAsync());
    }

    [Fact]
    [Trait("Semantics", "C4")]
    [Trait("Fault", "11")]
    public async Task Fault11_Unauthorized_DropsOnlyATokenObtainedBeforeTheRequest()
    {
        File.WriteAllText(_path, "one");
        Credential old = await _source.GetAsync(Cancelled);
        long start = _time.GetTimestamp();
        File.WriteAllText(_path, "two");

        await _source.OnUnauthorizedAsync(old, start, Cancelled);
        _time.Advance(TimeSpan.FromSeconds(1));
        Credential fresh = await _source.GetAsync(Cancelled);
        Assert.Equal("two", fresh.Header!.Parameter);

        // Another request of that time fails late: the fresh token stays.
        await _source.OnUnauthorizedAsync(old, start, Cancelled);
        Assert.Same(fresh, await _source.GetAsync(Cancelled));
    }

    [Fact]
    [Trait("Semantics", "C4")]
    public async Task Client_RequestWithAnAuthorizationHeader_KeepsIt()
    {
        File.WriteAllText(_path, "file");
        await using ScriptedApiServer server = await ScriptedApiServer.StartAsync(c =>
            c.Response.WriteAsync("{}")
        );
        using KubernetesClient client = new(
            server.Configuration with
            {
                Credentials = new CredentialConfiguration { TokenFile = _path, Token = "static" },
            },
            _time
        );
        using HttpRequestMessage own = new(HttpMethod.Get, new Uri("version", UriKind.Relative));
        own.Headers.Authorization = new("Bearer", "own");
        using HttpRequestMessage plain = new(HttpMethod.Get, new Uri("version", UriKind.Relative));

        (await client.SendAsync(own, Cancelled)).Dispose();
        (await client.SendAsync(plain, Cancelled)).Dispose();

        Assert.Equal(["Bearer own", "Bearer file"], server.Requests.Select(r => r.Authorization));
    }

    [Fact]
    [Trait("Semantics", "C4")]
    public async Task Client_TokenRejected_TheNextRequestReadsTheFile()
    {
        File.WriteAllText(_path, "old");
        await using ScriptedApiServer server = await ScriptedApiServer.StartAsync(c =>
        {
            c.Response.StatusCode = c.Request.Headers.Authorization == "Bearer new" ? 404 : 401;
            return Task.CompletedTask;
        });
        using KubernetesClient client = new(
            server.Configuration with
            {
                Credentials = new CredentialConfiguration { TokenFile = _path },
            },
            _time
        );
        ObjectKey key = new("n", "a");
        File.WriteAllText(_path, "old");
        KubernetesApiException refused = await Assert.ThrowsAsync<KubernetesApiException>(() =>
            client.GetAsync<Widget>(key, Cancelled)
        );
        File.WriteAllText(_path, "new");

        Assert.True(refused.IsUnauthorized);
        Assert.Null(await client.FindAsync<Widget>(key, Cancelled));
        Assert.Equal((int)HttpStatusCode.Unauthorized, refused.Status.Code);
    }

    private async Task<string?> TokenAsync() => (await _source.GetAsync(Cancelled)).Header!.Parameter;
}
