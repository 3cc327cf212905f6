using LlmOperator.Router.Balancing.Breaking;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Forwarding.Continuation;

namespace LlmOperator.Router.Forwarding;

/// <summary>
/// A streamed answer. Until its first content the client gets nothing, so that another target can still be tried;
/// afterwards every event is passed on whole, and a break is told to the caller, who goes on elsewhere or ends the stream
/// with an error event and no <c>[DONE]</c>.
/// </summary>
internal sealed class StreamedAnswer(
    Exchange exchange,
    SentText? sent,
    AttemptClock clock,
    TimeProvider time,
    CancellationToken clientAborted
)
{
    private readonly IAnswerWriter _client = exchange.Answer;
    private readonly SentText? _sent = sent;

    // A target that talks on without saying anything is passed on as it is.
    private const int MostHeldFrames = 64;
    private const int MostHeldBytes = 256 << 10;

    // Events that are passed on one after the other without anybody else having a turn: less than a millisecond.
    private const int MostAtOnce = 16;
    private TokenUsage? _usage;
    private bool _committed;

    /// <summary>Asked once, before <see cref="FirstContent"/>; false when the client must get nothing of this answer.</summary>
    public Func<bool> MayBegin { get; init; } = static () => true;

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
            return await ForwardAsync(reader, held, target.Meter);
        }
        catch (Exception e)
            when (e is IOException or HttpRequestException && !clientAborted.IsCancellationRequested)
        {
            return Break($"the connection broke ({e.Message})", FailureKind.Gone);
        }
        catch (OperationCanceledException) when (_committed && !clientAborted.IsCancellationRequested)
        {
            return new AttemptOutcome.Broken("the time limit of the request was reached")
            {
                IsTargetsFault = false,
            };
        }
        finally
        {
            held.Release();
        }
    }

    private async Task<AttemptOutcome> ForwardAsync(
        IFrameReader reader,
        PooledBuffer held,
        AttemptMeter meter
    )
    {
        int frames = 0;
        int atOnce = 0;
        while (true)
        {
            ValueTask<ReadOnlyMemory<byte>?> reading = reader.ReadAsync(clock.Token);
            atOnce = reading.IsCompleted ? atOnce + 1 : 0;
            if (await reading is not { } frame)
            {
                break;
            }

            if (atOnce >= MostAtOnce)
            {
                // A target that is faster than the router would keep the thread from others, and from whoever has to say
                // that the client is gone.
                atOnce = 0;
                await Task.Yield();
            }

            ReadOnlyMemory<byte> data = SseFrame.Data(frame);
            bool isDone = SseFrame.IsDone(data.Span);
            AnswerFacts facts = default;
            if (!isDone && !data.IsEmpty)
            {
                if (AnswerFacts.Read(data.Span) is not { } read)
                {
                    return Break("it sent an event that is not JSON");
                }

                facts = read;
                _usage = facts.Usage ?? _usage;
                meter.Add(facts);
                meter.Notes?.Read(data.Span);
            }

            if (facts.Error is { } error)
            {
                return Break($"it ended with an error: {error}");
            }

            if (facts is { Usage: not null, HasChoices: false, Error: null } && exchange.Request.AddsUsage)
            {
                // Asked for by the router, not by the client.
                continue;
            }

            if (!data.IsEmpty && !isDone)
            {
                _sent?.Add(data.Span, facts);
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
                        )
                        {
                            Kind = FailureKind.Silent,
                        };
                    }

                    if (!MayBegin())
                    {
                        return AttemptOutcome.NotSooner;
                    }

                    Commit();
                    await WriteAsync(held.Memory, flush: true);
                }
            }
            else
            {
                await WriteAsync(frame, flush: !reader.HasBufferedFrame);
            }

            if (isDone)
            {
                return new AttemptOutcome.Answered(_usage);
            }
        }

        return Break("its stream ended before its end");
    }

    private ValueTask WriteAsync(ReadOnlyMemory<byte> frames, bool flush) =>
        SlowReader.WaitAsync(
            _client.WriteFramesAsync(frames, flush, clientAborted),
            frames.Length,
            exchange.Context,
            time
        );

    private void Commit()
    {
        _committed = true;
        FirstContent();
    }

    private AttemptOutcome Break(string reason, FailureKind kind = FailureKind.Error) =>
        _committed ? new AttemptOutcome.Broken(reason) : new AttemptOutcome.Failed(reason) { Kind = kind };
}
