using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Telemetry.Authentication;

/// <summary>The token that requests must have. Only its hash is kept, and it is compared in constant time.</summary>
public sealed class BearerToken
{
    /// <summary>Fewest characters of a token.</summary>
    public const int MinLength = 16;

    private const string Scheme = "Bearer ";
    private readonly byte[] _hash;

    /// <summary>Takes the token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="what">What people call it, for the message.</param>
    /// <exception cref="ArgumentException">It is too short; the message is one sentence for people.</exception>
    public BearerToken(string token, string what = "token")
    {
        if (token.Length < MinLength)
        {
            throw new ArgumentException(
                $"The {what} has {token.Length} characters; use at least {MinLength} random ones."
            );
        }

        _hash = HashOf(token);
    }

    /// <summary>True when the request has the token.</summary>
    public bool IsIn(HttpRequest request)
    {
        if (request.Headers.Authorization is not [{ } value])
        {
            return false;
        }

        string token = value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? value[Scheme.Length..].Trim()
            : "";
        return CryptographicOperations.FixedTimeEquals(HashOf(token), _hash);
    }

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
