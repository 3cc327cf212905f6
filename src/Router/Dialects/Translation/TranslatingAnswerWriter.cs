using System.Buffers;
using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Dialects.Translation;

/// <summary>Writes an answer of OpenAI's shape in another dialect.</summary>
/// <param name="client">Where to.</param>
/// <param name="format">How it looks.</param>
/// <param name="errorJson">An error's body.</param>
internal sealed class TranslatingAnswerWriter(
    HttpResponse client,
    IAnswerFormat format,
    Func<OpenAiError, byte[]> errorJson
) : IAnswerWriter
{
    private readonly ArrayBufferWriter<byte> _output = new(512);
    private bool _begun;

    /// <inheritdoc/>
    public async Task WriteWholeAsync(ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        using (JsonDocument completion = JsonDocument.Parse(json))
        {
            format.Whole(completion.RootElement, _output);
        }

        await JsonAnswer.WriteAsync(
            client,
            StatusCodes.Status200OK,
            _output.WrittenMemory,
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public Task WriteRejectionAsync(
        int status,
        ReadOnlyMemory<byte> json,
        CancellationToken cancellationToken
    )
    {
        string message =
            AnswerFacts.Read(json.Span)?.Error ?? "The target rejected the request and did not say why.";
        return JsonAnswer.WriteAsync(
            client,
            status,
            errorJson(new OpenAiError(status, "upstream_rejected", message)),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public async ValueTask WriteFramesAsync(
        ReadOnlyMemory<byte> frames,
        bool flush,
        CancellationToken cancellationToken
    )
    {
        _output.ResetWrittenCount();
        Begin();
        while (!frames.IsEmpty)
        {
            int whole = SseFrame.EndOf(frames.Span);
            int end = whole > 0 ? whole : frames.Length;
            Add(frames[..end]);
            frames = frames[end..];
        }

        await client.Body.WriteAsync(_output.WrittenMemory, cancellationToken);
        if (flush)
        {
            await client.Body.FlushAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async ValueTask WriteHeartbeatAsync(string note, CancellationToken cancellationToken)
    {
        _output.ResetWrittenCount();
        Begin();
        format.Beat(note, _output);
        await client.Body.WriteAsync(_output.WrittenMemory, cancellationToken);
        await client.Body.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask WriteBreakAsync(OpenAiError error, CancellationToken cancellationToken)
    {
        _output.ResetWrittenCount();
        format.Break(error, _output);
        await client.Body.WriteAsync(_output.WrittenMemory, cancellationToken);
    }

    private void Begin()
    {
        if (!_begun)
        {
            _begun = true;
            SseAnswer.Begin(client);
            client.ContentType = format.StreamContentType;
            format.Begin(_output);
        }
    }

    private void Add(ReadOnlyMemory<byte> frame)
    {
        ReadOnlyMemory<byte> data = SseFrame.Data(frame);
        if (SseFrame.IsDone(data.Span))
        {
            format.End(_output);
        }
        else if (!data.IsEmpty)
        {
            format.Add(ChatDelta.Read(data), _output);
        }
    }
}
