namespace LlmOperator.Models.Sources;

/// <summary>The credential for a host: the source's own, else the configured one.</summary>
internal static class SourceTokens
{
    public static IReadOnlyDictionary<string, string> HeadersFor(
        Uri host,
        SourceCredentials? credentials,
        SourceSettings settings
    )
    {
        if (credentials is not null)
        {
            return new Dictionary<string, string> { ["Authorization"] = credentials.Authorization };
        }

        return settings.Tokens.TryGetValue(host.Host, out string? token)
            ? Bearer(token)
            : new Dictionary<string, string>();
    }

    public static IReadOnlyDictionary<string, string> Bearer(string token) =>
        new Dictionary<string, string> { ["Authorization"] = $"Bearer {token}" };
}
