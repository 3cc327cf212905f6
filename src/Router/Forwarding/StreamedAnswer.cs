using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Forwarding;

/// <summary>
/// A streamed answer. Until its first content the client gets nothing, so that another target can still be tried;
/// afterwards every event is passed on whole, and a break ends with an error event and no <c>[DONE]</c>.
/// </summary>
internal sealed class StreamedAnswer(Exchange exchange, AttemptClock clock, CancellationToken clientAborted)
{
    private readonly IAnswerWriter _client = exchange.Answer;

    // A target that talks on without saying anything is passed on as it is.
    private const int MostHeldFrames = 64;
    private const int MostHeldBytes = 256 << 10;
    private TokenUsage? _usage;
    private bool _committed;

    /// <summary>Called once, when the first content is about to be sent.</summary>
    public Action FirstContent { get; init; } = () => { };

    /// <summary>Passes the answer on.</summary>
    public async Task<AttemptOutcome> ForwardAsync(HttpResponseMessage upstream, UpstreamTarget target)
    {
        PooledBuffer held = new(1024);
        try
        {
            await using Stream stream = await upstream.Content.ReadAsStreamAsync(clock.Token);
            using IFrameReader reader = target.Dialect.ReadFrames(stream, target);
            return await ForwardAsync(reader, held);
        }
        catch (Exception e)
            when (e is IOException or HttpRequestException && !clientAborted.IsCancellationRequested)
        {
            return await BreakAsync($"the connection broke ({e.Message})");
        }
        catch (OperationCanceledException) when (_committed && !clientAborted.IsCancellationRequested)
        {
            return await BreakAsync("the time limit of the request was reached");
        }
        finally
        {
            held.Release();
        }
    }

    private async Task<AttemptOutcome> ForwardAsync(IFrameReader reader, PooledBuffer held)
    {
        int frames = 0;
        while (await reader.ReadAsync(clock.Token) is { } frame)
        {
            ReadOnlyMemory<byte> data = SseFrame.Data(frame);
            bool isDone = SseFrame.IsDone(data.Span);
            AnswerFacts facts = default;
            if (!isDone && !data.IsEmpty)
            {
                if (AnswerFacts.Read(data.Span) is not { } read)
                {
                    return await BreakAsync("it sent an event that is not JSON");
                }

                facts = read;
                _usage = facts.Usage ?? _usage;
            }

            if (facts.Error is { } error)
            {
                return await BreakAsync($"it ended with an error: {error}");
            }

            if (facts is { Usage: not null, HasChoices: false, Error: null } && exchange.Request.AddsUsage)
            {
                // Asked for by the router, not by the client.
                continue;
            }

            if (!_committed)
            {
                held.Append(frame.Span);
                if (isDone || facts.HasContent || ++frames >= MostHeldFrames || held.Length >= MostHeldBytes)
                {
                    if (!clock.TryStopFirstContentTimer())
                    {
                        return new AttemptOutcome.Failed(
                            "it sent nothing within the limit for the first token"
                        );
                    }

                    Commit();
                    await _client.WriteFramesAsync(held.Memory, flush: true, clientAborted);
                }
            }
            else
            {
                await _client.WriteFramesAsync(frame, flush: !reader.HasBufferedFrame, clientAborted);
            }

            if (isDone)
            {
                return new AttemptOutcome.Answered(_usage);
            }
        }

        return await BreakAsync("its stream ended before its end");
    }

    private void Commit()
    {
        _committed = true;
        FirstContent();
    }

    private async Task<AttemptOutcome> BreakAsync(string reason)
    {
        if (!_committed)
        {
            return new AttemptOutcome.Failed(reason);
        }

        OpenAiError error = new(
            StatusCodes.Status502BadGateway,
            "stream_broken",
            $"The answer broke off: {reason}. What was sent is not the whole answer; ask again."
        );
        await _client.WriteBreakAsync(error, clientAborted);
        return new AttemptOutcome.Broken(reason);
    }
}
