using System.Net;
using System.Security.Cryptography.X509Certificates;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Transport;
using LlmOperator.Testing.Kubernetes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Kubernetes.Tests.Transport;

public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TestCertificates _others = new("another authority");
    private readonly FakeTimeProvider _time = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("tls").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _certificates.Dispose();
        _others.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    [Trait("Semantics", "C6")]
    public async Task Handshake_ServerOfTheAuthority_IsTrustedAndNoOther()
    {
        await using ScriptedApiServer server = await ServerAsync(_certificates.Server());

        Assert.Null(
            await CallAsync(
                server,
                new TlsConfiguration { CertificateAuthority = _certificates.AuthorityPem }
            )
        );
        Assert.NotNull(
            await CallAsync(server, new TlsConfiguration { CertificateAuthority = _others.AuthorityPem })
        );
        Assert.NotNull(await CallAsync(server, new TlsConfiguration()));
        Assert.Null(await CallAsync(server, new TlsConfiguration { InsecureSkipVerify = true }));
    }

    [Fact]
    [Trait("Semantics", "C6")]
    public async Task Handshake_ServerName_ReplacesTheHostOfTheAddress()
    {
        await using ScriptedApiServer server = await ServerAsync(_certificates.Server("api.example.com"));
        TlsConfiguration tls = new() { CertificateAuthority = _certificates.AuthorityPem };

        Assert.NotNull(await CallAsync(server, tls));
        Assert.Null(await CallAsync(server, tls with { ServerName = "api.example.com" }));
    }

    [Fact]
    [Trait("Semantics", "C6")]
    public async Task ClientCertificate_FileRenewed_IsUsedAfterFiveMinutesOnNewConnections()
    {
        List<string?> seen = [];
        await using ScriptedApiServer server = await ScriptedApiServer.StartAsync(
            async c =>
            {
                X509Certificate2? certificate = c.Connection.ClientCertificate;
                seen.Add(certificate?.Subject);
                await c.Response.WriteAsync("{}");
            },
            _certificates.Server(),
            wantsClientCertificate: true
        );
        Write(_certificates.Client("one"));
        using KubernetesClient client = new(
            server.Configuration with
            {
                Tls = new TlsConfiguration
                {
                    CertificateAuthority = _certificates.AuthorityPem,
                    ClientCertificateFile = Path.Combine(_directory, "tls.crt"),
                    ClientKeyFile = Path.Combine(_directory, "tls.key"),
                },
            },
            _time
        );

        await GetVersionAsync(client);
        Write(_certificates.Client("two"));
        await GetVersionAsync(client);
        _time.Advance(TimeSpan.FromMinutes(5));
        await GetVersionAsync(client);
        File.WriteAllText(Path.Combine(_directory, "tls.crt"), "garbage");
        _time.Advance(TimeSpan.FromMinutes(5));
        await GetVersionAsync(client);

        Assert.Equal(["CN=one", "CN=one", "CN=two", "CN=two"], seen);
    }

    [Fact]
    [Trait("Semantics", "C6")]
    public void ReloadingPem_BadFile_KeepsTheOld()
    {
        string text = "one";
        ReloadingPem<string> pem = new(
            () => text == "gone" ? throw new FileNotFoundException(text) : text,
            t => t == "bad" ? throw new ArgumentException(t) : t,
            reloads: true,
            _time,
            NullLogger.Instance
        );
        string Later(string next)
        {
            text = next;
            _time.Advance(TimeSpan.FromMinutes(5));
            return pem.Value;
        }

        Assert.Equal("one", pem.Value);
        Assert.Equal("one", Later("bad"));
        Assert.Equal("one", Later("gone"));
        Assert.Equal("two", Later("two"));
    }

    [Fact]
    [Trait("Semantics", "C7")]
    public void Connections_Settings_FindDeadOnes()
    {
        KubernetesConfiguration configuration = new() { Server = new Uri("https://server.example.com") };
        using KubernetesTransport transport = new(configuration, _time, NullLoggerFactory.Instance);
        ServerTrust trust = new(configuration, _time, NullLogger.Instance);
        using SocketsHttpHandler handler = transport.SocketsHandler(
            trust,
            new ConnectionTracker(_ => new(), ConnectionLimits.Default, _time),
            new WebProxy("http://proxy.example.com")
        );

        Assert.Equal(TimeSpan.FromSeconds(30), handler.KeepAlivePingDelay);
        Assert.Equal(TimeSpan.FromSeconds(15), handler.KeepAlivePingTimeout);
        Assert.Equal(TimeSpan.FromSeconds(30), handler.ConnectTimeout);
        Assert.Equal(TimeSpan.FromSeconds(90), handler.PooledConnectionIdleTimeout);
        Assert.Equal(TimeSpan.FromSeconds(10), ConnectionLimits.Default.TlsHandshake);
        Assert.True(handler.UseProxy);
    }

    private static Task<ScriptedApiServer> ServerAsync(X509Certificate2 certificate) =>
        ScriptedApiServer.StartAsync(c => c.Response.WriteAsync("{}"), certificate);

    private async Task<Exception?> CallAsync(ScriptedApiServer server, TlsConfiguration tls)
    {
        using KubernetesClient client = new(server.Configuration with { Tls = tls }, _time);
        return await Record.ExceptionAsync(() => GetVersionAsync(client));
    }

    private static async Task GetVersionAsync(KubernetesClient client)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri("version", UriKind.Relative));
        using HttpResponseMessage response = await client.SendAsync(request, Cancelled);
        await response.Content.ReadAsStringAsync(Cancelled);
    }

    private void Write((string Certificate, string Key) pair)
    {
        File.WriteAllText(Path.Combine(_directory, "tls.crt"), pair.Certificate);
        File.WriteAllText(Path.Combine(_directory, "tls.key"), pair.Key);
    }
}
