using System.Text;
using System.Text.Json;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>
/// What a WorkerRole adds to a request where the client does not say, ready as JSON: made once a snapshot, copied into
/// each request.
/// </summary>
internal sealed class RequestDefaults
{
    private readonly byte[] _systemMessage;
    private readonly byte[] _temperature;
    private readonly byte[] _topP;
    private readonly byte[] _maxTokens;

    private RequestDefaults(string? systemPrompt, SamplingDefaults sampling)
    {
        _systemMessage = string.IsNullOrEmpty(systemPrompt)
            ? []
            :
            [
                .. """{"role":"system","content":"""u8,
                .. JsonSerializer.SerializeToUtf8Bytes(systemPrompt),
                .. "}"u8,
            ];
        _temperature = Field("temperature", sampling.Temperature);
        _topP = Field("top_p", sampling.TopP);
        _maxTokens = Field("max_tokens", sampling.MaxTokens?.ToString());
        MaxTokens = sampling.MaxTokens;
        SystemPrompt = string.IsNullOrEmpty(systemPrompt) ? null : systemPrompt;
        SystemPromptTokens = systemPrompt is null
            ? 0
            : TokenEstimate.ToTokens(TokenEstimate.Of(Encoding.UTF8.GetBytes(systemPrompt)));
    }

    public static RequestDefaults None { get; } = new(null, new SamplingDefaults());

    /// <summary>Most tokens of an answer, where the client does not say.</summary>
    public int? MaxTokens { get; }

    /// <summary>Text of the system prompt; null for none.</summary>
    public string? SystemPrompt { get; }

    /// <summary>Estimate of the system prompt's tokens.</summary>
    public int SystemPromptTokens { get; }

    public static RequestDefaults Of(WorkerRoleSpec role) =>
        new(role.SystemPrompt, role.Sampling ?? new SamplingDefaults());

    /// <summary>Fields to put before the request's own, each with a comma after it.</summary>
    public byte[] FieldsFor(OpenAiRequest request) =>
        // An embedding is not sampled.
        request.Operation == OpenAiOperation.Embeddings
            ? []
            :
            [
                .. request.HasTemperature ? [] : _temperature,
                .. request.HasTopP ? [] : _topP,
                .. request.MaxTokens is not null ? [] : _maxTokens,
            ];

    /// <summary>The message to put before the client's, with a comma after it; empty when the client sends one, or sends no messages.</summary>
    public byte[] SystemMessageFor(OpenAiRequest request) =>
        HasSystemMessageFor(request) ? [.. _systemMessage, (byte)','] : [];

    public bool HasSystemMessageFor(OpenAiRequest request) =>
        _systemMessage.Length > 0 && request.MessagesStart > 0 && !request.HasSystemMessage;

    // The CRD's pattern lets only decimal numbers through, which JSON writes in the same way.
    private static byte[] Field(string name, string? number) =>
        number is null ? [] : Encoding.UTF8.GetBytes($"\"{name}\":{number},");
}
