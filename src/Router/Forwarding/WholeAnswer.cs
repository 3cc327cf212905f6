using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Forwarding;

/// <summary>An answer that is not streamed: read whole, checked, and only then sent.</summary>
internal static class WholeAnswer
{
    private const int LongestAnswer = 64 << 20;
    private const int ReadSize = 16 << 10;

    // Less is not worth a read; the end of an answer needs none.
    private const int LeastFree = 1 << 10;

    /// <summary>Passes the answer on.</summary>
    public static async Task<AttemptOutcome> ForwardAsync(
        HttpResponseMessage upstream,
        UpstreamTarget target,
        Exchange exchange,
        AttemptClock clock,
        TimeProvider time
    )
    {
        PooledBuffer body = new(ReadSize);
        try
        {
            await using Stream stream = await upstream.Content.ReadAsStreamAsync(clock.Token);
            int read;
            while ((read = await stream.ReadAsync(body.GetFreeMemory(LeastFree), clock.Token)) > 0)
            {
                body.Advance(read);
                if (body.Length > LongestAnswer)
                {
                    return new AttemptOutcome.Failed("its answer is longer than 64 MiB");
                }
            }

            body = target.Dialect.ToOpenAi(body, target);
            AnswerFacts? facts = AnswerFacts.Read(body.Memory.Span);
            if (facts is null)
            {
                return new AttemptOutcome.Failed("its answer is not whole JSON");
            }

            if (facts.Value.Error is { } error)
            {
                return new AttemptOutcome.Failed($"it answered with an error: {error}");
            }

            target.Meter.Add(facts.Value);
            target.Meter.Notes?.Read(body.Memory.Span);
            await SlowReader.WaitAsync(
                new ValueTask(exchange.Answer.WriteWholeAsync(body.Memory, exchange.Context.RequestAborted)),
                body.Length,
                exchange.Context,
                time
            );
            return new AttemptOutcome.Answered(facts.Value.Usage);
        }
        finally
        {
            body.Release();
        }
    }
}
