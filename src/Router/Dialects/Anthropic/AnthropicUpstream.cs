using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;

namespace LlmOperator.Router.Dialects.Anthropic;

/// <summary>Targets that speak Anthropic's protocol.</summary>
internal sealed class AnthropicUpstream : IUpstreamDialect
{
    // The version of the protocol that is spoken here.
    private const string Version = "2023-06-01";

    /// <inheritdoc/>
    public string ProviderName => "anthropic";

    /// <inheritdoc/>
    public HttpRequestMessage ToMessage(UpstreamTarget target, OpenAiRequest request, PooledBuffer body)
    {
        PooledBuffer translated;
        try
        {
            if (request.Operation != OpenAiOperation.ChatCompletions)
            {
                throw new CannotHonourException(
                    request.Operation.Path(),
                    "Anthropic's protocol has messages only"
                );
            }

            translated = AnthropicRequestWriter.Write(body.Memory, target.Dropped);
        }
        finally
        {
            body.Release();
        }

        HttpRequestMessage message = new(HttpMethod.Post, new Uri(target.Endpoint, "messages"))
        {
            Content = new PooledContent(translated),
        };
        message.Headers.Accept.ParseAdd(request.Stream ? "text/event-stream" : "application/json");
        message.Headers.Add("anthropic-version", Version);
        if (target.Token is not null)
        {
            message.Headers.Add("x-api-key", target.Token);
        }

        return message;
    }

    /// <inheritdoc/>
    public IFrameReader ReadFrames(Stream stream, UpstreamTarget target) =>
        new AnthropicFrameReader(new SseFrameReader(stream), target.ModelName);

    /// <inheritdoc/>
    public PooledBuffer ToOpenAi(PooledBuffer answer, UpstreamTarget target)
    {
        try
        {
            return AnthropicAnswerReader.ToOpenAi(answer.Memory);
        }
        catch (JsonException)
        {
            // What is not JSON is found out and told by whoever reads the answer next.
            answer.AddOwner();
            return answer;
        }
        finally
        {
            answer.Release();
        }
    }

    /// <inheritdoc/>
    public byte[] ErrorToOpenAi(int status, byte[] body) =>
        // {"type":"error","error":{"type":"invalid_request_error","message":"…"}}
        AnswerFacts.Read(body)?.Error
            is { } message
            ? new OpenAiError(status, "upstream_rejected", message).ToJson()
            : body;
}
