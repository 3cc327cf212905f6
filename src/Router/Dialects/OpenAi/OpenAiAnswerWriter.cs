using LlmOperator.Router.Dialects.Translation;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>Answers of OpenAI's protocol: every byte is passed on as it came.</summary>
internal sealed class OpenAiAnswerWriter(HttpResponse client) : IAnswerWriter
{
    private bool _begun;

    /// <inheritdoc/>
    public Task WriteWholeAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken) =>
        JsonAnswer.WriteAsync(client, StatusCodes.Status200OK, json, cancellationToken);

    /// <inheritdoc/>
    public Task WriteRejectionAsync(
        int status,
        ReadOnlyMemory<byte> json,
        CancellationToken cancellationToken
    ) => JsonAnswer.WriteAsync(client, status, json, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask WriteFramesAsync(
        ReadOnlyMemory<byte> frames,
        bool flush,
        CancellationToken cancellationToken
    )
    {
        if (!_begun)
        {
            _begun = true;
            SseAnswer.Begin(client);
        }

        await client.Body.WriteAsync(frames, cancellationToken);
        if (flush)
        {
            await client.Body.FlushAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteHeartbeatAsync(string note, CancellationToken cancellationToken) =>
        WriteFramesAsync(Sse.Comment(note), flush: true, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask WriteBreakAsync(OpenAiError error, CancellationToken cancellationToken)
    {
        await client.Body.WriteAsync("data: "u8.ToArray(), cancellationToken);
        await client.Body.WriteAsync(error.ToJson(), cancellationToken);
        await client.Body.WriteAsync("\n\n"u8.ToArray(), cancellationToken);
    }
}
