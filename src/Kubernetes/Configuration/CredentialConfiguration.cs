namespace LlmOperator.Kubernetes.Configuration;

/// <summary>Who we are to the server. All empty for none, or for a client certificate alone.</summary>
public sealed record CredentialConfiguration
{
    /// <summary>Bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>File with the bearer token, read again every minute (C4); wins over <see cref="Token"/>.</summary>
    public string? TokenFile { get; init; }

    /// <summary>User name for basic authentication.</summary>
    public string? Username { get; init; }

    /// <summary>Password for basic authentication.</summary>
    public string? Password { get; init; }

    /// <summary>Plugin that obtains the credentials (C5); not run when anything else is configured.</summary>
    public ExecConfiguration? Exec { get; init; }

    /// <summary>Hides the secrets.</summary>
    public override string ToString() => nameof(CredentialConfiguration);
}
