using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LlmOperator.ApiServer;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>An embedded API server of a test's own, with an HTTP client that trusts it.</summary>
public sealed class ApiServerFixture : IAsyncDisposable
{
    private ApiServerFixture(EmbeddedApiServer server)
    {
        Server = server;
        Client = CreateClient(server);
    }

    public EmbeddedApiServer Server { get; }

    /// <summary>Knows the address, the authority and the token.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts a server, in memory unless the options say otherwise, and installs CRDs as kubectl would.</summary>
    /// <param name="crdYaml">Texts of CRDs in YAML; several documents in one text are fine.</param>
    public static async Task<ApiServerFixture> StartAsync(
        IEnumerable<string> crdYaml,
        CancellationToken cancellationToken,
        ApiServerOptions? options = null
    )
    {
        var server = await EmbeddedApiServer.StartAsync(options ?? new ApiServerOptions(), cancellationToken);
        var fixture = new ApiServerFixture(server);
        foreach (var document in crdYaml.SelectMany(SplitDocuments))
        {
            await fixture.InstallAsync(document, cancellationToken);
        }
        return fixture;
    }

    /// <summary>Creates one CRD from YAML; one that is there already stays.</summary>
    public async Task InstallAsync(string crdYaml, CancellationToken cancellationToken)
    {
        using var content = new StringContent(crdYaml, Encoding.UTF8, "application/yaml");
        using var response = await Client.PostAsync(
            "apis/apiextensions.k8s.io/v1/customresourcedefinitions",
            content,
            cancellationToken
        );
        if (!response.IsSuccessStatusCode && response.StatusCode != System.Net.HttpStatusCode.Conflict)
        {
            var why = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new InvalidOperationException($"The CRD was refused: {why}");
        }
    }

    /// <summary>A client for a server, with its token and authority.</summary>
    public static HttpClient CreateClient(EmbeddedApiServer server) =>
        CreateClient(server.Url, server.Token, server.CertificateAuthority);

    /// <summary>A client that trusts one authority and sends one token.</summary>
    public static HttpClient CreateClient(Uri url, string token, X509Certificate2 authority)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate is not null && IsSignedBy(certificate, authority);
        var client = new HttpClient(handler) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(60) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("test", "1.0"));
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }

    private static bool IsSignedBy(X509Certificate certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(new X509Certificate2(certificate));
    }

    private static IEnumerable<string> SplitDocuments(string yaml) =>
        yaml.Split("\n---", StringSplitOptions.RemoveEmptyEntries)
            .Select(d => d.TrimStart('-').Trim())
            .Where(d => d.Length > 0);
}
