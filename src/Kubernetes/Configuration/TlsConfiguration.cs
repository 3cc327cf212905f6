namespace LlmOperator.Kubernetes.Configuration;

/// <summary>How to trust the server, and our client certificate (C6). PEM texts win over files.</summary>
public sealed record TlsConfiguration
{
    /// <summary>Certificates that we trust, PEM; null to trust what the machine trusts.</summary>
    public string? CertificateAuthority { get; init; }

    /// <summary>File with the certificates that we trust; read again every five minutes.</summary>
    public string? CertificateAuthorityFile { get; init; }

    /// <summary>Our client certificate, PEM.</summary>
    public string? ClientCertificate { get; init; }

    /// <summary>File with our client certificate; read again every five minutes.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>Key of our client certificate, PEM.</summary>
    public string? ClientKey { get; init; }

    /// <summary>File with the key of our client certificate; read again every five minutes.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>Name that the server's certificate must carry; null for the host of the address.</summary>
    public string? ServerName { get; init; }

    /// <summary>Trust any server. For experiments only.</summary>
    public bool InsecureSkipVerify { get; init; }

    /// <summary>True when a client certificate is configured.</summary>
    internal bool HasClientCertificate => (ClientCertificate ?? ClientCertificateFile) is not null;

    /// <summary>Hides the key.</summary>
    public override string ToString() => nameof(TlsConfiguration);
}
