using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmOperator.Models.Sources;

/// <summary>The token exchange of registries: a 401 names a realm that gives a token for the scope.</summary>
internal sealed partial class RegistryTokenClient(
    GuardedHttp http,
    SourceSettings settings,
    TimeProvider time
)
{
    // https://distribution.github.io/distribution/spec/auth/token: 60 s when the answer does not say.
    private const int DefaultLifeSeconds = 60;
    private const int MaxTokenLength = 16 << 10;

    // Bearer realm="https://host/token",service="registry",scope="repository:library/x:pull"
    [GeneratedRegex(
        "(?<name>[a-z]+)=\"(?<value>[^\"]*)\"",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Parameter();

    /// <summary>A token, or null when the registry offers no exchange.</summary>
    /// <exception cref="ModelSourceException">The realm is on a host that is not the registry's, or refuses.</exception>
    public async Task<RegistryToken?> GetAsync(
        Uri registry,
        HttpResponseMessage challenge,
        IReadOnlyDictionary<string, string> headers,
        CancellationToken cancellationToken
    )
    {
        AuthenticationHeaderValue? bearer = challenge.Headers.WwwAuthenticate.FirstOrDefault(value =>
            string.Equals(value.Scheme, "Bearer", StringComparison.OrdinalIgnoreCase)
        );
        Dictionary<string, string> parameters = Parameter()
            .Matches(bearer?.Parameter ?? "")
            .GroupBy(match => match.Groups["name"].Value)
            .ToDictionary(group => group.Key, group => group.First().Groups["value"].Value);
        if (
            !parameters.TryGetValue("realm", out string? text)
            || !Uri.TryCreate(registry, text, out Uri? realm)
        )
        {
            return null;
        }

        // A realm elsewhere would collect our credentials (CVE-2025-51471).
        if (!IsTrusted(registry, realm))
        {
            throw new ModelSourceException(
                ModelSourceFailure.Refused,
                $"{registry.Host} sends its log-in to another host, {realm.Host}, which is refused; use another source, or list the pair in the sources' settings."
            );
        }

        string query = string.Join(
            '&',
            parameters
                .Where(pair => pair.Key is "service" or "scope")
                .Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}")
        );
        UriBuilder address = new(realm) { Query = query };
        using HttpResponseMessage response = await http.SendAsync(
            new GuardedRequest(HttpMethod.Get, address.Uri) { HostHeaders = headers },
            cancellationToken
        );
        if (!response.IsSuccessStatusCode)
        {
            throw SourceAnswers.Error(response, "this model", time);
        }

        using JsonDocument answer = await SourceAnswers.ReadJsonAsync(response, cancellationToken);
        string? token = Text(answer.RootElement, "token") ?? Text(answer.RootElement, "access_token");
        return token is { Length: > 0 and <= MaxTokenLength } && !token.Any(char.IsControl)
            ? new RegistryToken(token, Life(answer.RootElement))
            : null;
    }

    private bool IsTrusted(Uri registry, Uri realm) =>
        GuardedHttp.IsSameOrigin(registry, realm)
        || (
            realm.Scheme == Uri.UriSchemeHttps
            && settings.TokenHosts.TryGetValue(registry.Host, out string? host)
            && string.Equals(host, realm.IdnHost, StringComparison.OrdinalIgnoreCase)
        );

    // Used a little shorter than it lives, so that it does not end on the way.
    private static TimeSpan Life(JsonElement answer)
    {
        int seconds =
            answer.TryGetProperty("expires_in", out JsonElement value)
            && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out int stated)
            && stated > 0
                ? stated
                : DefaultLifeSeconds;
        return TimeSpan.FromSeconds(seconds * 0.8);
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out JsonElement value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
