using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Telemetry.Prometheus;

/// <summary>A bearer token that opens <c>/metrics</c> and nothing else. Only its hash is kept.</summary>
public sealed class MetricsToken
{
    /// <summary>Fewest characters of a token.</summary>
    public const int MinLength = 16;

    /// <summary>Path that it opens.</summary>
    public const string Path = "/metrics";

    private const string Scheme = "Bearer ";
    private readonly byte[] _hash;

    /// <summary>Takes the token.</summary>
    /// <exception cref="ArgumentException">It is too short; the message is one sentence for people.</exception>
    public MetricsToken(string token)
    {
        if (token.Length < MinLength)
        {
            throw new ArgumentException(
                $"The metrics token has {token.Length} characters; use at least {MinLength} random ones."
            );
        }

        _hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));
    }

    /// <summary>Reads the token of a file; null without a file.</summary>
    /// <exception cref="ArgumentException">The token is too short.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static MetricsToken? FromFile(string? path) =>
        string.IsNullOrEmpty(path) ? null : new MetricsToken(File.ReadAllText(path).Trim());

    /// <summary>True for a request of <see cref="Path"/> that has the token.</summary>
    public bool Opens(HttpRequest request) => request.Path == Path && IsIn(request);

    /// <summary>The token is secret.</summary>
    public override string ToString() => "metrics token";

    private bool IsIn(HttpRequest request) =>
        request.Headers.Authorization is [{ } value]
        && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(value[Scheme.Length..].Trim())),
            _hash
        );
}
