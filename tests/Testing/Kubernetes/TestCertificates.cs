using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>Throw-away certificates of a test: an authority and what it signs.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly X509Certificate2 _authority;

    public TestCertificates(string name = "test authority")
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1),
            DateTimeOffset.UtcNow.AddDays(1)
        );
    }

    public string AuthorityPem => _authority.ExportCertificatePem();

    /// <summary>A certificate for a server of these names; loopback addresses when none are given.</summary>
    public X509Certificate2 Server(params string[] names)
    {
        SubjectAlternativeNameBuilder alternatives = new();
        if (names.Length == 0)
        {
            alternatives.AddDnsName("localhost");
            alternatives.AddIpAddress(IPAddress.Loopback);
        }

        foreach (string name in names)
        {
            alternatives.AddDnsName(name);
        }

        return Sign("CN=server", alternatives.Build());
    }

    /// <summary>PEM texts of a client certificate and its key.</summary>
    public (string Certificate, string Key) Client(string commonName)
    {
        using X509Certificate2 certificate = Sign($"CN={commonName}", extension: null);
        return (
            certificate.ExportCertificatePem(),
            certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()
        );
    }

    public void Dispose() => _authority.Dispose();

    private X509Certificate2 Sign(string subject, X509Extension? extension)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        if (extension is not null)
        {
            request.CertificateExtensions.Add(extension);
        }

        using X509Certificate2 signed = request.Create(
            _authority,
            _authority.NotBefore,
            _authority.NotAfter,
            RandomNumberGenerator.GetBytes(12)
        );
        return signed.CopyWithPrivateKey(key);
    }
}
