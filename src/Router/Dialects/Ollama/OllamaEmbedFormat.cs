using System.Buffers;
using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Ollama;

/// <summary>Answers of embed, and of the older embeddings.</summary>
internal sealed class OllamaEmbedFormat(string model, bool isOld, TimeProvider time) : IAnswerFormat
{
    private readonly long _start = time.GetTimestamp();

    /// <inheritdoc/>
    public string StreamContentType => "application/json";

    /// <inheritdoc/>
    public void Begin(IBufferWriter<byte> output) { }

    /// <inheritdoc/>
    public void Add(ChatDelta delta, IBufferWriter<byte> output) { }

    /// <inheritdoc/>
    public void Beat(string note, IBufferWriter<byte> output) { }

    /// <inheritdoc/>
    public void End(IBufferWriter<byte> output) { }

    /// <inheritdoc/>
    public void Break(OpenAiError error, IBufferWriter<byte> output) =>
        output.Write(OllamaError.ToJson(error));

    /// <inheritdoc/>
    public void Whole(JsonElement completion, IBufferWriter<byte> output) =>
        Sse.WriteJson(
            output,
            json =>
            {
                if (isOld)
                {
                    json.WritePropertyName("embedding"u8);
                    completion.FirstOf("data").Member("embedding").WriteTo(json);
                    return;
                }

                json.WriteString("model"u8, model);
                json.WriteStartArray("embeddings"u8);
                foreach (JsonElement item in completion.Member("data").ItemsOrNone())
                {
                    item.Member("embedding").WriteTo(json);
                }

                json.WriteEndArray();
                json.WriteNumber("total_duration"u8, (long)time.GetElapsedTime(_start).TotalNanoseconds);
                json.WriteNumber("load_duration"u8, 0);
                json.WriteNumber(
                    "prompt_eval_count"u8,
                    TokenUsage.Read(completion.Member("usage"))?.Prompt ?? 0
                );
            }
        );
}
