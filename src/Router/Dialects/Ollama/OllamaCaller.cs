using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmOperator.Router.Dialects.Ollama;

/// <summary>Clients of Ollama's protocol: chat, generate, embed, and what is there.</summary>
internal sealed class OllamaCaller : ICallerDialect
{
    private static readonly Func<OpenAiError, byte[]> s_errorJson = OllamaError.ToJson;

    /// <inheritdoc/>
    public IReadOnlyList<CallerOperation> Operations { get; } =
    [
        new("/api/chat", ReadChat),
        new("/api/generate", ReadGenerate),
        new("/api/embed", input => ReadEmbed(input, isOld: false)),
        new("/api/embeddings", input => ReadEmbed(input, isOld: true)),
    ];

    /// <inheritdoc/>
    public bool Owns(PathString path) => path.StartsWithSegments("/api", StringComparison.Ordinal);

    /// <inheritdoc/>
    public void MapReads(IEndpointRouteBuilder endpoints, ModelDirectory models) =>
        OllamaModelList.Map(endpoints, models);

    /// <inheritdoc/>
    public byte[] ToJson(OpenAiError error) => OllamaError.ToJson(error);

    private static Exchange ReadChat(CallerInput input)
    {
        OpenAiRequest request = OllamaChatRequest.Read(input.Body);
        return Exchange(input, request, new OllamaFormat(OllamaShape.Chat, request.Model, input.Time));
    }

    private static Exchange ReadGenerate(CallerInput input)
    {
        OpenAiRequest request = OllamaGenerateRequest.Read(input.Body);
        return Exchange(input, request, new OllamaFormat(OllamaShape.Generate, request.Model, input.Time));
    }

    private static Exchange ReadEmbed(CallerInput input, bool isOld)
    {
        OpenAiRequest request = OllamaEmbedRequest.Read(input.Body, isOld);
        return Exchange(input, request, new OllamaEmbedFormat(request.Model, isOld, input.Time));
    }

    private static Exchange Exchange(CallerInput input, OpenAiRequest request, IAnswerFormat format) =>
        new(input.Context, request, new TranslatingAnswerWriter(input.Context.Response, format, s_errorJson));
}
