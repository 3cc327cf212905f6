using System.Text;

namespace LlmOperator.Models.Sources;

/// <summary>A credential for the host of one source: a bearer token, or a user with a password. It is sent to no other host.</summary>
public sealed record SourceCredentials
{
    /// <summary>A bearer token.</summary>
    /// <param name="token">The token.</param>
    public SourceCredentials(string token)
    {
        Authorization = $"Bearer {token}";
    }

    /// <summary>A user with a password.</summary>
    /// <param name="user">Name of the user; no colon.</param>
    /// <param name="password">Password or access token.</param>
    public SourceCredentials(string user, string password)
    {
        Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
    }

    /// <summary>Value of the header Authorization.</summary>
    internal string Authorization { get; }

    /// <summary>The type and no member: the credential is secret.</summary>
    public override string ToString() => nameof(SourceCredentials);
}
