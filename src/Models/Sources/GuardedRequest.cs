using System.Net.Http.Headers;

namespace LlmOperator.Models.Sources;

/// <summary>One request of <see cref="GuardedHttp"/>.</summary>
internal sealed record GuardedRequest(HttpMethod Method, Uri Url)
{
    /// <summary>Headers for the first host only, such as credentials.</summary>
    public IReadOnlyDictionary<string, string> HostHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary>Repository whose registry gives tokens; null where <see cref="HostHeaders"/> are all.</summary>
    public Uri? Repository { get; init; }

    public RangeHeaderValue? Range { get; init; }

    public string? Accept { get; init; }
}
