using LlmOperator.Router.Forwarding;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>
/// Azure's deployments: OpenAI's protocol with the deployment in the path, the version in the query, and the key in a
/// header of its own.
/// </summary>
/// <param name="apiVersion">Value of <c>api-version</c>.</param>
internal sealed class AzureUpstream(string apiVersion) : IUpstreamDialect
{
    /// <inheritdoc/>
    public string ProviderName => "azure.ai.openai";

    /// <inheritdoc/>
    public HttpRequestMessage ToMessage(UpstreamTarget target, OpenAiRequest request, PooledBuffer body)
    {
        string deployment = Uri.EscapeDataString(target.ModelName);
        Uri url = new(
            target.Endpoint,
            $"openai/deployments/{deployment}/{request.Operation.Path()}?api-version={Uri.EscapeDataString(apiVersion)}"
        );
        HttpRequestMessage message = new(HttpMethod.Post, url) { Content = new PooledContent(body) };
        message.Headers.Accept.ParseAdd(request.Stream ? "text/event-stream" : "application/json");
        if (target.Token is not null)
        {
            message.Headers.Add("api-key", target.Token);
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
