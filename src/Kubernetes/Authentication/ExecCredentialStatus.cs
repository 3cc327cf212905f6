namespace LlmOperator.Kubernetes.Authentication;

/// <summary>Status of an <c>ExecCredential</c>: what the plugin obtained.</summary>
internal sealed record ExecCredentialStatus
{
    public string? Token { get; init; }

    public string? ClientCertificateData { get; init; }

    public string? ClientKeyData { get; init; }

    public DateTimeOffset? ExpirationTimestamp { get; init; }

    public override string ToString() => nameof(ExecCredentialStatus);
}
