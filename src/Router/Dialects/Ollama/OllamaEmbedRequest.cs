using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Dialects.Translation;

namespace LlmOperator.Router.Dialects.Ollama;

/// <summary>Reads <c>POST /api/embed</c>, and the older <c>/api/embeddings</c> with one <c>prompt</c>.</summary>
internal static class OllamaEmbedRequest
{
    /// <exception cref="InvalidRequestException">It is no such request.</exception>
    public static OpenAiRequest Read(ReadOnlyMemory<byte> body, bool isOld)
    {
        using JsonDocument document = Field.Parse(body);
        Field root = new(document.RootElement, "");
        using ChatRequestText text = new();
        text.Begin(root["model"].Text(), stream: false);
        string content = isOld ? "prompt" : "input";
        text.Copy(root[content], "input");
        text.Copy(root["dimensions"], "dimensions");
        foreach ((string name, _) in root.Members())
        {
            if (name != "model" && name != content && name != "dimensions")
            {
                text.Drop(name);
            }
        }

        return text.ToRequest(OpenAiOperation.Embeddings);
    }
}
