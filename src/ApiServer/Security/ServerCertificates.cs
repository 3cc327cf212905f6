using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LlmOperator.ApiServer.Security;

/// <summary>
/// A certificate authority of the server's own and a certificate for loopback signed by it. client-go sends
/// bearer tokens over TLS only, so the server has no plain HTTP.
/// </summary>
internal sealed record ServerCertificates(X509Certificate2 Authority, X509Certificate2 Server)
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(3650);

    /// <summary>Certificates this close to their end are made anew.</summary>
    private static readonly TimeSpan s_renewal = TimeSpan.FromDays(30);

    public bool IsUsable(DateTimeOffset now) =>
        Server.NotBefore.ToUniversalTime() <= now.UtcDateTime
        && Server.NotAfter.ToUniversalTime() - s_renewal > now.UtcDateTime;

    public static ServerCertificates Create(DateTimeOffset now)
    {
        // A clock that is set back a little must not make the certificates invalid.
        var from = now.AddDays(-1);
        var until = now + s_lifetime;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = CreateAuthority(authorityKey, from, until);
        using var serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=llmop-apiserver", serverKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true)
        );
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false)
        );
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(authority, from, until, RandomNumberGenerator.GetBytes(16));
        using var server = signed.CopyWithPrivateKey(serverKey);
        return new(
            X509CertificateLoader.LoadCertificate(authority.Export(X509ContentType.Cert)),
            X509CertificateLoader.LoadPkcs12(server.Export(X509ContentType.Pkcs12), null)
        );
    }

    private static X509Certificate2 CreateAuthority(ECDsa key, DateTimeOffset from, DateTimeOffset until)
    {
        var request = new CertificateRequest("CN=llmop-apiserver-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(
                X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign,
                critical: true
            )
        );
        request.CertificateExtensions.Add(
            new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false)
        );
        return request.CreateSelfSigned(from, until);
    }
}
