using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LlmOperator.ApiServer.Security;

/// <summary>What the server shows and asks for: certificates and the bearer token.</summary>
internal sealed record ServerIdentity(ServerCertificates Certificates, string Token)
{
    private const int TokenBytes = 32;

    public static ServerIdentity Create(DateTimeOffset now) =>
        new(ServerCertificates.Create(now), NewToken());

    /// <summary>Reads what an earlier start left in the folder; makes and keeps what is missing or about to end.</summary>
    public static ServerIdentity LoadOrCreate(string directory, DateTimeOffset now)
    {
        var tokenFile = Path.Combine(directory, "token");
        var token = File.Exists(tokenFile) ? File.ReadAllText(tokenFile).Trim() : "";
        if (token.Length == 0)
        {
            token = NewToken();
            PrivateFiles.Write(tokenFile, token);
        }
        var certificates = TryLoad(directory);
        if (certificates is null || !certificates.IsUsable(now))
        {
            certificates = ServerCertificates.Create(now);
            PrivateFiles.Write(AuthorityFile(directory), certificates.Authority.ExportCertificatePem());
            PrivateFiles.Write(ServerFile(directory), certificates.Server.Export(X509ContentType.Pkcs12));
        }
        return new(certificates, token);
    }

    private static ServerCertificates? TryLoad(string directory)
    {
        try
        {
            return new(
                X509CertificateLoader.LoadCertificateFromFile(AuthorityFile(directory)),
                X509CertificateLoader.LoadPkcs12FromFile(ServerFile(directory), null)
            );
        }
        catch (Exception e) when (e is CryptographicException or IOException)
        {
            // Missing or damaged: made anew, and clients take the new authority from the kubeconfig.
            return null;
        }
    }

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes));

    private static string AuthorityFile(string directory) => Path.Combine(directory, "ca.crt");

    private static string ServerFile(string directory) => Path.Combine(directory, "server.p12");
}
