using LlmOperator.Kubernetes.Configuration;

namespace LlmOperator.Kubernetes.Tests.Configuration;

public sealed class ConfigurationSearchTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kubeconfig").FullName;
    private readonly Dictionary<string, string> _variables = [];

    private ConfigurationEnvironment Machine =>
        new()
        {
            GetVariable = name => _variables.GetValueOrDefault(name),
            HomeDirectory = Path.Combine(_directory, "home"),
            ServiceAccountDirectory = Path.Combine(_directory, "serviceaccount"),
        };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    [Trait("Semantics", "C1")]
    public void Load_AllSourcesPresent_FlagThenVariableThenPodThenHome()
    {
        string flag = Kubeconfig("flag.yaml", "flag");
        string variable = Kubeconfig("variable.yaml", "variable");
        Kubeconfig("home/.kube/config", "home");
        Pod("10.0.0.1", "443");
        _variables["KUBECONFIG"] = variable;

        Assert.Equal("https://flag/", Server(flag));
        Assert.Equal("https://variable/", Server(null));
        _variables.Remove("KUBECONFIG");
        Assert.Equal("https://10.0.0.1/", Server(null));
        _variables.Remove("KUBERNETES_SERVICE_PORT");
        Assert.Equal("https://home/", Server(null));
    }

    [Fact]
    [Trait("Semantics", "C1")]
    public void Load_NothingFound_SaysWhereItLooked()
    {
        KubeconfigException error = Assert.Throws<KubeconfigException>(() => Server(null));

        Assert.Contains("--kubeconfig", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Semantics", "C2")]
    public void Load_ListOfFiles_FirstEntryAndFirstContextWinMissingAndDoubledAreSkipped()
    {
        string first = Write(
            "first.yaml",
            """
            current-context: ""
            clusters: [{name: c, cluster: {server: "https://first"}}]
            """
        );
        string second = Write(
            "second.yaml",
            """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u, namespace: ns}}]
            clusters: [{name: c, cluster: {server: "https://second", tls-server-name: lost}}]
            users: [{name: u, user: {token: t}}]
            """
        );
        string missing = Path.Combine(_directory, "missing.yaml");
        _variables["KUBECONFIG"] = string.Join(Path.PathSeparator, missing, first, first, second);

        KubernetesConfiguration configuration = ConfigurationSearch.Load(null, null, Machine);

        Assert.Equal("https://first/", configuration.Server.AbsoluteUri);
        Assert.Null(configuration.Tls.ServerName);
        Assert.Equal("ns", configuration.DefaultNamespace);
        Assert.Equal("t", configuration.Credentials.Token);
    }

    [Fact]
    [Trait("Semantics", "C2")]
    public void Load_ExplicitFileMissing_IsAnError() =>
        Assert.Contains(
            "missing.yaml",
            Assert
                .Throws<KubeconfigException>(() => Server(Path.Combine(_directory, "missing.yaml")))
                .Message,
            StringComparison.Ordinal
        );

    [Theory]
    [Trait("Semantics", "C2")]
    [InlineData("a: [", "not valid YAML")]
    [InlineData("clusters: 3", "is not a kubeconfig")]
    [InlineData("{}", "has no current-context")]
    [InlineData("current-context: a", "has no context \"a\"")]
    [InlineData(
        "{current-context: a, contexts: [{name: a, context: {cluster: b, user: c}}]}",
        "has no cluster \"b\""
    )]
    public void Load_UnreadableContent_SaysWhatIsWrong(string text, string message)
    {
        KubeconfigException error = Assert.Throws<KubeconfigException>(() => Server(Write("bad.yaml", text)));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains("bad.yaml", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Semantics", "C2")]
    public void Load_RelativePaths_AreThoseOfTheirOwnFile()
    {
        Directory.CreateDirectory(Path.Combine(_directory, "sub"));
        string file = Write(
            "sub/config",
            """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://a", certificate-authority: ca.crt}}]
            users: [{name: u, user: {tokenFile: ../token, exec: {command: ./plugin}}}]
            """
        );

        KubernetesConfiguration configuration = ConfigurationSearch.Load(file, null, Machine);

        Assert.Equal(Path.Combine(_directory, "sub", "ca.crt"), configuration.Tls.CertificateAuthorityFile);
        Assert.Equal(Path.Combine(_directory, "sub", "../token"), configuration.Credentials.TokenFile);
        Assert.Equal(Path.Combine(_directory, "sub", "./plugin"), configuration.Credentials.Exec!.Command);
    }

    [Fact]
    [Trait("Semantics", "C3")]
    public void Load_PodWithIpv6_BracketsTheAddressAndReadsTheNamespace()
    {
        Pod("fd00::1", "6443");

        KubernetesConfiguration configuration = ConfigurationSearch.Load(null, null, Machine);

        Assert.Equal("https://[fd00::1]:6443/", configuration.Server.AbsoluteUri);
        Assert.Equal("team", configuration.DefaultNamespace);
        Assert.EndsWith("token", configuration.Credentials.TokenFile, StringComparison.Ordinal);
        Assert.EndsWith("ca.crt", configuration.Tls.CertificateAuthorityFile, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Semantics", "C6")]
    public void FromKubeconfigText_CertificateWithoutKey_IsRefused() =>
        Assert.Contains(
            "without its key",
            Assert
                .Throws<KubeconfigException>(() =>
                    KubernetesConfiguration.FromKubeconfigText(
                        """
                        current-context: x
                        contexts: [{name: x, context: {cluster: c, user: u}}]
                        clusters: [{name: c, cluster: {server: "https://a"}}]
                        users: [{name: u, user: {client-certificate: a.crt}}]
                        """
                    )
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void ToString_AnyConfiguration_ShowsNoSecret()
    {
        KubernetesConfiguration configuration = new()
        {
            Server = new Uri("https://a"),
            Credentials = new CredentialConfiguration { Token = "hunter2", Password = "hunter2" },
            Tls = new TlsConfiguration { ClientKey = "hunter2" },
        };

        string text = $"{configuration} {configuration.Credentials} {configuration.Tls}";

        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
    }

    private string Server(string? flag) => ConfigurationSearch.Load(flag, null, Machine).Server.AbsoluteUri;

    private string Kubeconfig(string name, string host) =>
        Write(
            name,
            $$$"""
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "https://{{{host}}}"}}]
            users: [{name: u, user: {token: t}}]
            """
        );

    private void Pod(string host, string port)
    {
        _variables["KUBERNETES_SERVICE_HOST"] = host;
        _variables["KUBERNETES_SERVICE_PORT"] = port;
        Write("serviceaccount/token", "t");
        Write("serviceaccount/ca.crt", "c");
        Write("serviceaccount/namespace", "team\n");
    }

    private string Write(string name, string text)
    {
        string path = Path.Combine(_directory, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
