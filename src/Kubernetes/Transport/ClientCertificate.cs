using System.Security.Cryptography.X509Certificates;
using LlmOperator.Kubernetes.Configuration;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Kubernetes.Transport;

/// <summary>Our client certificate from PEM texts or files (C6).</summary>
internal static class ClientCertificate
{
    /// <summary>The certificate, or null when none is configured.</summary>
    public static ReloadingPem<X509Certificate2>? For(
        TlsConfiguration tls,
        TimeProvider time,
        ILogger logger,
        Action onChanged
    )
    {
        if (!tls.HasClientCertificate)
        {
            return null;
        }

        string Read() =>
            string.Join(
                '\n',
                tls.ClientCertificate ?? File.ReadAllText(tls.ClientCertificateFile!),
                tls.ClientKey ?? File.ReadAllText(tls.ClientKeyFile!)
            );

        bool reloads = tls.ClientCertificate is null || tls.ClientKey is null;
        return new ReloadingPem<X509Certificate2>(
            Read,
            pem => X509Certificate2.CreateFromPem(pem, pem),
            reloads,
            time,
            logger
        )
        {
            Changed = onChanged,
        };
    }
}
