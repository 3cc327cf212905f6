using System.Net;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Transport;
using LlmOperator.Testing.Kubernetes;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Kubernetes.Tests.Transport;

public sealed class ProxyTests : IDisposable
{
    private readonly TestCertificates _certificates = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _certificates.Dispose();

    [Theory]
    [Trait("Semantics", "C6")]
    [InlineData(null, "")]
    [InlineData("me:p@ss", "me:p%40ss@")]
    public async Task ProxyUrl_OfTheKubeconfig_CarriesEveryCallThroughATunnel(string? user, string login)
    {
        await using ScriptedApiServer server = await ScriptedApiServer.StartAsync(
            c => c.Response.WriteAsync("""{"metadata":{"name":"a","namespace":"n"}}"""),
            _certificates.Server()
        );
        await using ConnectProxy proxy = new(user);
        using KubernetesClient client = new(
            KubernetesConfiguration.FromKubeconfigText(
                $$"""
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: c} }]
                clusters:
                - name: c
                  cluster:
                    server: {{server.Address}}
                    proxy-url: http://{{login}}127.0.0.1:{{proxy.Port}}
                    certificate-authority-data: {{Base64(_certificates.AuthorityPem)}}
                """
            ),
            TimeProvider.System
        );

        Widget widget = await client.GetAsync<Widget>(new ObjectKey("n", "a"), Cancelled);

        Assert.Equal("a", widget.Metadata.Name);
        Assert.Equal($"CONNECT {server.Address.Authority} HTTP/1.1 200", proxy.Requests[^1]);
        Assert.Equal(user is null ? 1 : 2, proxy.Requests.Count);
        Assert.Single(server.Requests);
    }

    [Fact]
    [Trait("Semantics", "C6")]
    public async Task ProxyUrl_ProxyThatIsNotThere_IsAnErrorAndNotBypassed()
    {
        await using ScriptedApiServer server = await ScriptedApiServer.StartAsync(
            c => c.Response.WriteAsync("{}"),
            _certificates.Server()
        );
        using KubernetesClient client = new(
            server.Configuration with
            {
                Proxy = new Uri("http://127.0.0.1:1"),
                Tls = new TlsConfiguration { InsecureSkipVerify = true },
            },
            TimeProvider.System
        );

        await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.GetAsync<Widget>(new ObjectKey("n", "a"), Cancelled)
        );
        Assert.Empty(server.Requests);
    }

    [Theory]
    [Trait("Semantics", "C6")]
    [InlineData("https://api.example.com", "", true)]
    [InlineData("https://api.example.com", "*", false)]
    [InlineData("https://api.example.com", "example.com", false)]
    [InlineData("https://api.example.com", ".example.com", false)]
    [InlineData("https://api.example.com", "*.example.com", false)]
    [InlineData("https://example.com", ".example.com", true)]
    [InlineData("https://notexample.com", "example.com", true)]
    [InlineData("https://api.example.com:6443", "api.example.com:6443", false)]
    [InlineData("https://api.example.com:6443", "api.example.com:443", true)]
    [InlineData("https://10.96.0.1", "cluster.local, 10.96.0.0/12", false)]
    [InlineData("https://10.112.0.1", "10.96.0.0/12", true)]
    [InlineData("https://10.96.0.1", "10.96.0.1", false)]
    [InlineData("https://[fd00::1]:6443", "fd00::/8", false)]
    [InlineData("https://[fd00::1]:6443", "[fd00::1]:6443", false)]
    [InlineData("https://127.0.0.1:6443", "", false)]
    [InlineData("https://localhost:6443", "", false)]
    public void For_NoProxy_IsReadAsGoReadsIt(string server, string exceptions, bool isProxied)
    {
        WebProxy? proxy = ProxyChoice.For(
            new Uri(server),
            configured: null,
            Of(("https_proxy", "proxy.example.org:3128"), ("NO_PROXY", exceptions))
        );

        Assert.Equal(isProxied ? new Uri("http://proxy.example.org:3128") : null, proxy?.Address);
    }

    [Fact]
    [Trait("Semantics", "C6")]
    public void For_KubeconfigsProxy_WinsOverTheEnvironment()
    {
        WebProxy? proxy = ProxyChoice.For(
            new Uri("https://api.example.com"),
            new Uri("socks5://127.0.0.1:1080"),
            Of(("HTTPS_PROXY", "http://other:1"), ("NO_PROXY", "*"))
        );

        Assert.Equal(new Uri("socks5://127.0.0.1:1080"), proxy?.Address);
    }

    [Fact]
    [Trait("Semantics", "C6")]
    public void For_VariableThatIsNoAddress_IsRefusedByName() =>
        Assert.Contains(
            "HTTPS_PROXY",
            Assert
                .Throws<ArgumentException>(() =>
                    ProxyChoice.For(
                        new Uri("https://api.example.com"),
                        configured: null,
                        Of(("HTTPS_PROXY", "ftp://x"))
                    )
                )
                .Message,
            StringComparison.Ordinal
        );

    private static Func<string, string?> Of(params (string Name, string Value)[] variables) =>
        name => variables.FirstOrDefault(v => v.Name == name).Value;

    private static string Base64(string text) =>
        Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
}
