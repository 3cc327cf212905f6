using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;

namespace LlmOperator.Router.Dialects;

/// <summary>A protocol in which targets are asked. Safe for concurrent use.</summary>
internal interface IUpstreamDialect
{
    /// <summary>Name of the provider by the GenAI semantic conventions (<c>gen_ai.provider.name</c>).</summary>
    string ProviderName { get; }

    /// <summary>The request as the target understands it.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="request">The client's request.</param>
    /// <param name="body">The request's text for this target in OpenAI's shape; its share goes to the message.</param>
    /// <exception cref="InvalidRequestException">The target cannot honour a field that may not be dropped.</exception>
    HttpRequestMessage ToMessage(UpstreamTarget target, OpenAiRequest request, PooledBuffer body);

    /// <summary>Reads a streamed answer as events in OpenAI's shape.</summary>
    IFrameReader ReadFrames(Stream stream, UpstreamTarget target);

    /// <summary>A whole answer in OpenAI's shape; takes the buffer's share and gives one back.</summary>
    PooledBuffer ToOpenAi(PooledBuffer answer, UpstreamTarget target);

    /// <summary>The body of a refusal in OpenAI's shape.</summary>
    byte[] ErrorToOpenAi(int status, byte[] body);
}
