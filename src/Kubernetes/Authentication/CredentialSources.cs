using System.Net.Http.Headers;
using System.Text;
using LlmOperator.Kubernetes.Configuration;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Kubernetes.Authentication;

/// <summary>Chooses the credential source of a configuration; a plugin only when nothing else is configured (C5).</summary>
internal static class CredentialSources
{
    public static ICredentialSource For(
        KubernetesConfiguration configuration,
        TimeProvider time,
        ILoggerFactory loggers,
        Action onCertificateChanged
    )
    {
        CredentialConfiguration credentials = configuration.Credentials;
        if (credentials.TokenFile is { } file)
        {
            return new TokenFileCredentialSource(
                file,
                time,
                loggers.CreateLogger<TokenFileCredentialSource>()
            );
        }

        if (credentials.Token is { } token)
        {
            return Header("Bearer", token);
        }

        if (credentials.Username is { } user)
        {
            byte[] pair = Encoding.UTF8.GetBytes($"{user}:{credentials.Password}");
            return Header("Basic", Convert.ToBase64String(pair));
        }

        if (credentials.Exec is { } exec && !configuration.Tls.HasClientCertificate)
        {
            ExecPlugin plugin = new(
                exec,
                configuration,
                time,
                hasTerminal: !Console.IsInputRedirected,
                loggers.CreateLogger<ExecPlugin>()
            );
            return new ExecCredentialSource(plugin, time, onCertificateChanged);
        }

        return new StaticCredentialSource(Credential.None);
    }

    private static StaticCredentialSource Header(string scheme, string value) =>
        new(new Credential { Header = new AuthenticationHeaderValue(scheme, value) });
}
