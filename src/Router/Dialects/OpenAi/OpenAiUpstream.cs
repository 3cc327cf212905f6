using System.Net.Http.Headers;
using LlmOperator.Router.Forwarding;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>Targets that speak OpenAI's protocol: nothing is translated.</summary>
/// <param name="prefix">What stands between the target's endpoint and the operation's path.</param>
internal sealed class OpenAiUpstream(string prefix) : IUpstreamDialect
{
    /// <inheritdoc/>
    public string ProviderName => "openai";

    /// <inheritdoc/>
    public HttpRequestMessage ToMessage(UpstreamTarget target, OpenAiRequest request, PooledBuffer body)
    {
        Uri url = new(target.Endpoint, prefix + request.Operation.Path());
        HttpRequestMessage message = new(HttpMethod.Post, url) { Content = new PooledContent(body) };
        message.Headers.Accept.ParseAdd(request.Stream ? "text/event-stream" : "application/json");
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
}
