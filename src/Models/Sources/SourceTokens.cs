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
        string? token = credentials?.Token ?? settings.Tokens.GetValueOrDefault(host.Host);
        return token is null ? new Dictionary<string, string>() : Bearer(token);
    }

    public static IReadOnlyDictionary<string, string> Bearer(string token) =>
        new Dictionary<string, string> { ["Authorization"] = $"Bearer {token}" };
}
