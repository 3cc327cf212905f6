using System.Buffers;
using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Dialects.Translation;

/// <summary>How one answer looks in a dialect that is not OpenAI's. One object an answer; it keeps what is open.</summary>
internal interface IAnswerFormat
{
    /// <summary>Content type of a streamed answer.</summary>
    string StreamContentType { get; }

    /// <summary>What comes before the first delta.</summary>
    void Begin(IBufferWriter<byte> output);

    /// <summary>The next piece.</summary>
    void Add(ChatDelta delta, IBufferWriter<byte> output);

    /// <summary>Something that clients pass over, to show that the stream lives.</summary>
    void Beat(string note, IBufferWriter<byte> output);

    /// <summary>The end of a whole stream.</summary>
    void End(IBufferWriter<byte> output);

    /// <summary>The end of a stream that broke.</summary>
    void Break(OpenAiError error, IBufferWriter<byte> output);

    /// <summary>An answer that is not streamed.</summary>
    void Whole(JsonElement completion, IBufferWriter<byte> output);
}
