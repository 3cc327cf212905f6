using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using LlmOperator.Testing.Network;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>etcd, kube-apiserver and, where the folder has it, kube-controller-manager, as processes of the test.</summary>
public sealed class ControlPlane : IAsyncDisposable
{
    private readonly string _assets;
    private readonly string _etcd = $"http://127.0.0.1:{LoopbackPort.Free()}";
    private readonly string _folder = Directory.CreateTempSubdirectory("llmop-conformance-").FullName;
    private readonly string _token = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    private readonly List<Process> _processes = [];
    private readonly TestCertificates _certificates = new("conformance");
    private readonly X509Certificate2 _authority;
    private readonly int _port = LoopbackPort.Free();

    /// <param name="assets">Folder with kube-apiserver, and with etcd where that is not on PATH.</param>
    public ControlPlane(string assets)
    {
        _assets = assets;
        _authority = X509Certificate2.CreateFromPem(_certificates.AuthorityPem);
    }

    /// <summary>The text of a kubeconfig for the admin.</summary>
    public string Kubeconfig =>
        $$"""
            apiVersion: v1
            kind: Config
            current-context: test
            clusters:
            - name: test
              cluster:
                server: https://127.0.0.1:{{_port}}
                certificate-authority-data: {{Convert.ToBase64String(
                Encoding.ASCII.GetBytes(_certificates.AuthorityPem)
            )}}
            users:
            - name: admin
              user: { token: {{_token}} }
            contexts:
            - name: test
              context: { cluster: test, user: admin }
            """;

    /// <summary>A client with the admin's token, or another that the server knows.</summary>
    public HttpClient CreateClient(string? token = null) =>
        ApiServerFixture.CreateClient(new($"https://127.0.0.1:{_port}/"), token ?? _token, _authority);

    /// <summary>Forgets what was before a revision, as a kube-apiserver lets etcd do every five minutes.</summary>
    public async Task CompactAsync(string revision, CancellationToken cancellation)
    {
        using var http = new HttpClient();
        using var body = new StringContent($$"""{"revision":"{{revision}}","physical":true}""");
        using var response = await http.PostAsync($"{_etcd}/v3/kv/compaction", body, cancellation);
        response.EnsureSuccessStatusCode();
    }

    public async Task StartAsync(CancellationToken cancellation)
    {
        var client = _etcd;
        var peer = $"http://127.0.0.1:{LoopbackPort.Free()}";
        Start(
            "etcd",
            $"--data-dir={At("etcd")} --listen-client-urls={client} --advertise-client-urls={client}",
            $"--listen-peer-urls={peer} --initial-advertise-peer-urls={peer} --initial-cluster=default={peer}"
        );
        WriteSecrets();
        Start(
            "kube-apiserver",
            $"--etcd-servers={client} --bind-address=127.0.0.1 --secure-port={_port} --cert-dir={At("certs")}",
            $"--tls-cert-file={At("server.crt")} --tls-private-key-file={At("server.key")}",
            $"--token-auth-file={At("tokens.csv")} --authorization-mode=RBAC --allow-privileged=true",
            $"--service-account-issuer=https://127.0.0.1:{_port} --service-account-key-file={At("sa.key")}",
            $"--service-account-signing-key-file={At("sa.key")} --service-cluster-ip-range=10.0.0.0/24",
            "--disable-admission-plugins=ServiceAccount --endpoint-reconciler-type=none"
        );
        await UntilReadyAsync(cancellation);
    }

    /// <summary>Starts the controllers for garbage and namespaces. False where the folder has no controller manager.</summary>
    public bool StartControllerManager()
    {
        if (!File.Exists(Path.Combine(_assets, "kube-controller-manager")))
        {
            return false;
        }
        File.WriteAllText(At("kubeconfig"), Kubeconfig);
        Start(
            "kube-controller-manager",
            $"--kubeconfig={At("kubeconfig")} --controllers=garbagecollector,namespace --leader-elect=false",
            $"--bind-address=127.0.0.1 --secure-port={LoopbackPort.Free()} --cert-dir={At("certs")}"
        );
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
        _authority.Dispose();
        _certificates.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string At(string name) => Path.Combine(_folder, name);

    private void WriteSecrets()
    {
        using var server = _certificates.Server();
        File.WriteAllText(At("server.crt"), server.ExportCertificatePem());
        File.WriteAllText(At("server.key"), server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        using var rsa = RSA.Create(2048);
        File.WriteAllText(At("sa.key"), rsa.ExportRSAPrivateKeyPem());
        File.WriteAllText(At("tokens.csv"), $"{_token},admin,admin,system:masters\n");
    }

    private void Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("""log=$1; shift; exec "$@" >"$log" 2>&1 </dev/null""");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(At($"{program}.log"));
        string file = Path.Combine(_assets, program);
        start.ArgumentList.Add(File.Exists(file) ? file : program);
        foreach (var argument in string.Join(' ', arguments).Split(' '))
        {
            start.ArgumentList.Add(argument);
        }
        _processes.Add(Process.Start(start)!);
    }

    private async Task UntilReadyAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        using var client = CreateClient();
        while (!await IsReadyAsync(client, limit.Token))
        {
            if (_processes.Find(p => p.HasExited) is not null)
            {
                throw new InvalidOperationException(
                    string.Join('\n', File.ReadLines(At("kube-apiserver.log")).TakeLast(20))
                );
            }
            await Task.Delay(50, limit.Token);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, CancellationToken cancellation)
    {
        try
        {
            using var ready = await client.GetAsync("readyz", cancellation);
            using var space = await client.GetAsync("api/v1/namespaces/default", cancellation);
            return ready.IsSuccessStatusCode && space.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
