using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace LlmOperator.ApiServer.Security;

/// <summary>The kubeconfig with which kubectl and every other client reach the server.</summary>
internal static class KubeconfigWriter
{
    public static string Create(Uri server, X509Certificate2 authority, string token)
    {
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority.ExportCertificatePem()));
        return $"""
            apiVersion: v1
            kind: Config
            current-context: llmop
            clusters:
            - name: llmop
              cluster:
                server: {server.GetLeftPart(UriPartial.Authority)}
                certificate-authority-data: {data}
            contexts:
            - name: llmop
              context:
                cluster: llmop
                user: llmop
                namespace: default
            users:
            - name: llmop
              user:
                token: {token}

            """;
    }
}
