using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LlmOperator.Kubernetes.Configuration;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Kubernetes.Transport;

/// <summary>Decides whether the server is the one that we mean (C6).</summary>
internal sealed class ServerTrust
{
    private readonly TlsConfiguration _tls;
    private readonly ReloadingPem<X509Certificate2Collection>? _authorities;
    private readonly string _expectedName;

    public ServerTrust(KubernetesConfiguration configuration, TimeProvider time, ILogger logger)
    {
        _tls = configuration.Tls;
        _expectedName = _tls.ServerName ?? configuration.Server.IdnHost.Trim('[', ']');
        string? text = _tls.CertificateAuthority;
        string? file = _tls.CertificateAuthorityFile;
        if (text is not null || file is not null)
        {
            _authorities = new ReloadingPem<X509Certificate2Collection>(
                () => text ?? File.ReadAllText(file!),
                Parse,
                reloads: text is null,
                time,
                logger
            );
        }
    }

    /// <summary>The callback of a TLS handshake.</summary>
    public bool Validate(
        object sender,
        X509Certificate? certificate,
        X509Chain? chain,
        SslPolicyErrors errors
    )
    {
        if (_tls.InsecureSkipVerify)
        {
            return true;
        }

        if (certificate is not X509Certificate2 server || !server.MatchesHostname(_expectedName))
        {
            return false;
        }

        return _authorities is null
            ? !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)
            : IsSignedByAuthority(server, chain);
    }

    private bool IsSignedByAuthority(X509Certificate2 server, X509Chain? presented)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities!.Value);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (presented is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(presented.ChainPolicy.ExtraStore);
        }

        return chain.Build(server);
    }

    private static X509Certificate2Collection Parse(string pem)
    {
        X509Certificate2Collection authorities = [];
        authorities.ImportFromPem(pem);
        return authorities.Count > 0
            ? authorities
            : throw new CryptographicException("The certificate authority holds no certificate.");
    }
}
