namespace LlmOperator.Kubernetes.Configuration;

/// <summary>Configuration of a process in a pod, from its service account (C3).</summary>
internal static class InClusterConfiguration
{
    /// <summary>The configuration, or null when the process is not in a pod.</summary>
    public static KubernetesConfiguration? Find(ConfigurationEnvironment environment)
    {
        string? host = environment.GetVariable("KUBERNETES_SERVICE_HOST");
        string? port = environment.GetVariable("KUBERNETES_SERVICE_PORT");
        string tokenFile = Path.Combine(environment.ServiceAccountDirectory, "token");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port) || !File.Exists(tokenFile))
        {
            return null;
        }

        string address = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        if (!Uri.TryCreate($"https://{address}:{port}", UriKind.Absolute, out Uri? server))
        {
            throw new KubeconfigException(
                $"KUBERNETES_SERVICE_HOST \"{host}\" and KUBERNETES_SERVICE_PORT \"{port}\" are no address."
            );
        }

        string authorityFile = Path.Combine(environment.ServiceAccountDirectory, "ca.crt");
        string namespaceFile = Path.Combine(environment.ServiceAccountDirectory, "namespace");
        return new KubernetesConfiguration
        {
            Server = server,
            DefaultNamespace = File.Exists(namespaceFile)
                ? File.ReadAllText(namespaceFile).Trim()
                : "default",
            Tls = new TlsConfiguration
            {
                CertificateAuthorityFile = File.Exists(authorityFile) ? authorityFile : null,
            },
            Credentials = new CredentialConfiguration { TokenFile = tokenFile },
        };
    }
}
