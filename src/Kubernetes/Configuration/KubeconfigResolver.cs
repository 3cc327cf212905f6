using System.Text;
using System.Text.Json.Nodes;

namespace LlmOperator.Kubernetes.Configuration;

/// <summary>Picks the context of a kubeconfig and turns its cluster and user into a configuration.</summary>
internal static class KubeconfigResolver
{
    private const string ExecExtension = "client.authentication.k8s.io/exec";

    public static KubernetesConfiguration Resolve(Kubeconfig file, string? context)
    {
        string name = context ?? file.CurrentContext ?? "";
        if (name.Length == 0)
        {
            throw new KubeconfigException(
                $"{file.Source} has no current-context; set it with \"kubectl config use-context\" or name one with --context."
            );
        }

        Kubeconfig.ContextEntry chosen =
            file.Contexts?.FirstOrDefault(c => c.Name == name)?.Context
            ?? throw new KubeconfigException($"{file.Source} has no context \"{name}\".");
        Kubeconfig.ClusterEntry cluster =
            file.Clusters?.FirstOrDefault(c => c.Name == chosen.Cluster)?.Cluster
            ?? throw new KubeconfigException(
                $"{file.Source} has no cluster \"{chosen.Cluster}\", which context \"{name}\" names."
            );
        Kubeconfig.UserEntry? user = string.IsNullOrEmpty(chosen.User)
            ? new Kubeconfig.UserEntry()
            : file.Users?.FirstOrDefault(u => u.Name == chosen.User)?.User;
        if (user is null)
        {
            throw new KubeconfigException(
                $"{file.Source} has no user \"{chosen.User}\", which context \"{name}\" names."
            );
        }

        return new KubernetesConfiguration
        {
            Server = AddressOf(cluster.Server, $"clusters[{chosen.Cluster}].cluster.server", file.Source),
            DefaultNamespace = string.IsNullOrEmpty(chosen.Namespace) ? "default" : chosen.Namespace,
            Proxy = string.IsNullOrEmpty(cluster.ProxyUrl)
                ? null
                : AddressOf(cluster.ProxyUrl, $"clusters[{chosen.Cluster}].cluster.proxy-url", file.Source),
            Tls = TlsOf(cluster, user, file.Source),
            Credentials = CredentialsOf(cluster, user),
        };
    }

    private static TlsConfiguration TlsOf(
        Kubeconfig.ClusterEntry cluster,
        Kubeconfig.UserEntry user,
        string source
    )
    {
        TlsConfiguration tls = new()
        {
            CertificateAuthority = Decode(
                cluster.CertificateAuthorityData,
                "certificate-authority-data",
                source
            ),
            CertificateAuthorityFile = cluster.CertificateAuthority,
            ClientCertificate = Decode(user.ClientCertificateData, "client-certificate-data", source),
            ClientCertificateFile = user.ClientCertificate,
            ClientKey = Decode(user.ClientKeyData, "client-key-data", source),
            ClientKeyFile = user.ClientKey,
            ServerName = string.IsNullOrEmpty(cluster.TlsServerName) ? null : cluster.TlsServerName,
            InsecureSkipVerify = cluster.InsecureSkipTlsVerify,
        };
        bool hasKey = (tls.ClientKey ?? tls.ClientKeyFile) is not null;
        if (tls.HasClientCertificate != hasKey)
        {
            throw new KubeconfigException(
                $"{source} has a client certificate without its key, or a key without its certificate."
            );
        }

        if (tls.InsecureSkipVerify && (tls.CertificateAuthority ?? tls.CertificateAuthorityFile) is not null)
        {
            throw new KubeconfigException(
                $"{source} has both insecure-skip-tls-verify and a certificate-authority; keep one."
            );
        }

        return tls;
    }

    private static CredentialConfiguration CredentialsOf(
        Kubeconfig.ClusterEntry cluster,
        Kubeconfig.UserEntry user
    )
    {
        JsonNode? execConfig = cluster.Extensions?.FirstOrDefault(e => e.Name == ExecExtension)?.Extension;
        return new CredentialConfiguration
        {
            Token = string.IsNullOrEmpty(user.Token) ? null : user.Token,
            TokenFile = user.TokenFile,
            Username = string.IsNullOrEmpty(user.Username) ? null : user.Username,
            Password = user.Password,
            Exec = user.Exec is { } exec ? exec with { ClusterConfig = execConfig } : null,
        };
    }

    private static Uri AddressOf(string? text, string field, string source)
    {
        if (string.IsNullOrEmpty(text))
        {
            throw new KubeconfigException($"{source}: {field} is empty.");
        }

        // kubectl takes a bare host as http.
        string address = text.Contains("://", StringComparison.Ordinal) ? text : $"http://{text}";
        return
            Uri.TryCreate(address, UriKind.Absolute, out Uri? uri)
            && uri.Scheme is "http" or "https" or "socks5"
            ? uri
            : throw new KubeconfigException($"{source}: {field} \"{text}\" is not an address.");
    }

    private static string? Decode(string? base64, string field, string source)
    {
        if (string.IsNullOrEmpty(base64))
        {
            return null;
        }

        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(base64));
        }
        catch (FormatException e)
        {
            throw new KubeconfigException($"{source}: {field} is not base64.", e);
        }
    }
}
