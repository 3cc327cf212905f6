using LlmOperator.Telemetry.Authentication;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Telemetry.Prometheus;

/// <summary>A bearer token that opens <c>/metrics</c> and nothing else. Only its hash is kept.</summary>
public sealed class MetricsToken
{
    /// <summary>Path that it opens.</summary>
    public const string Path = "/metrics";

    private readonly BearerToken _token;

    /// <summary>Takes the token.</summary>
    /// <exception cref="ArgumentException">It is too short; the message is one sentence for people.</exception>
    public MetricsToken(string token) => _token = new BearerToken(token, "metrics token");

    /// <summary>Reads the token of a file; null without a file.</summary>
    /// <exception cref="ArgumentException">The token is too short.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static MetricsToken? FromFile(string? path) =>
        string.IsNullOrEmpty(path) ? null : new MetricsToken(File.ReadAllText(path).Trim());

    /// <summary>True for a request of <see cref="Path"/> that has the token.</summary>
    public bool Opens(HttpRequest request) => request.Path == Path && _token.IsIn(request);

    /// <summary>The token is secret.</summary>
    public override string ToString() => "metrics token";
}
