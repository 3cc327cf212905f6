using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using LlmOperator.Router.Forwarding;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>Targets that speak OpenAI's protocol: nothing is translated.</summary>
/// <param name="prefix">What stands between the target's endpoint and the operation's path.</param>
internal sealed class OpenAiUpstream(string prefix) : IUpstreamDialect
{
    private readonly ConditionalWeakTable<Uri, Uri[]> _urls = [];

    /// <inheritdoc/>
    public string ProviderName => "openai";

    /// <inheritdoc/>
    public HttpRequestMessage ToMessage(UpstreamTarget target, OpenAiRequest request, PooledBuffer body)
    {
        HttpRequestMessage message = new(HttpMethod.Post, UrlOf(target.Endpoint, request.Operation))
        {
            Content = new PooledContent(body),
        };
        // It is a constant: there is nothing to check, and reading it anew costs each request.
        message.Headers.TryAddWithoutValidation(
            "Accept",
            request.Stream ? "text/event-stream" : "application/json"
        );
        if (target.Token is not null)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", target.Token);
        }

        return message;
    }

    /// <inheritdoc/>
    public IFrameReader ReadFrames(Stream stream, UpstreamTarget target) => new SseFrameReader(stream);

    /// <inheritdoc/>
    public PooledBuffer ToOpenAi(PooledBuffer answer, UpstreamTarget target) => answer;

    /// <inheritdoc/>
    public byte[] ErrorToOpenAi(int status, byte[] body) => body;

    // Made once for each endpoint, as long as the snapshot has it.
    private Uri UrlOf(Uri endpoint, OpenAiOperation operation) =>
        _urls.GetValue(endpoint, e => [.. OpenAiOperations.All.Select(o => new Uri(e, prefix + o.Path()))])[
            (int)operation
        ];
}
