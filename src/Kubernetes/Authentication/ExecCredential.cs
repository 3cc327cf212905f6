using System.Text.Json;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Kubernetes.Authentication;

/// <summary>
/// Reads what a plugin printed, for example
/// <c>{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"…"}}</c>.
/// </summary>
internal sealed record ExecCredential
{
    public string? Kind { get; init; }

    public string? ApiVersion { get; init; }

    public ExecCredentialStatus? Status { get; init; }

    /// <exception cref="HttpRequestException">The text is no usable credential of the version asked for.</exception>
    public static ExecCredentialStatus Read(ReadOnlySpan<byte> output, string apiVersion, string command)
    {
        ExecCredential credential;
        try
        {
            credential = KubernetesJson.Read<ExecCredential>(output);
        }
        catch (JsonException e)
        {
            throw new HttpRequestException($"{command} printed no ExecCredential.", e);
        }

        if (credential.Kind != nameof(ExecCredential) || credential.ApiVersion != apiVersion)
        {
            throw new HttpRequestException(
                $"{command} answered {credential.ApiVersion} {credential.Kind}, "
                    + $"but the kubeconfig asks for {apiVersion} ExecCredential."
            );
        }

        ExecCredentialStatus status =
            credential.Status ?? throw new HttpRequestException($"{command} answered without a status.");
        bool hasCertificate = !string.IsNullOrEmpty(status.ClientCertificateData);
        if (hasCertificate != !string.IsNullOrEmpty(status.ClientKeyData))
        {
            throw new HttpRequestException(
                $"{command} answered a client certificate without its key, or a key without its certificate."
            );
        }

        return hasCertificate || !string.IsNullOrEmpty(status.Token)
            ? status
            : throw new HttpRequestException($"{command} answered neither a token nor a client certificate.");
    }
}
