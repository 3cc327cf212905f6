using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Balancing.Breaking;
using LlmOperator.Router.Balancing.Prefixes;

namespace LlmOperator.Router.Balancing;

/// <summary>What is known of one target: what it works on, and whether it may be asked. Safe for concurrent use.</summary>
/// <param name="time">Clock.</param>
internal sealed class TargetLoad(TimeProvider time)
{
    // A million tokens; about 6 MB of memory.
    private const int MostBlocks = 1 << 16;
    private readonly long _startTimestamp = time.GetTimestamp();
    private int _inFlight;
    private long _tokens;
    private Wait? _wait;
    private BlockCache? _prefixes;

    /// <summary>Requests in flight.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Estimate of the tokens of the requests in flight.</summary>
    public long Tokens => Volatile.Read(ref _tokens);

    /// <summary>Its circuit breaker.</summary>
    public TargetBreaker Breaker { get; } = new(time);

    /// <summary>Beginnings of prompts that it should have in its cache; null before the first.</summary>
    public BlockCache? Prefixes => Volatile.Read(ref _prefixes);

    /// <summary>A prompt is sent to it.</summary>
    /// <param name="blocks">The prompt's blocks.</param>
    /// <param name="contextTokens">Tokens that its slots hold together.</param>
    public void Remember(ReadOnlySpan<ulong> blocks, long contextTokens)
    {
        if (Prefixes is null)
        {
            int capacity = (int)Math.Clamp(contextTokens / PromptBlocks.Tokens, 1, MostBlocks);
            Interlocked.CompareExchange(ref _prefixes, new BlockCache(capacity), null);
        }

        Prefixes!.Add(blocks);
    }

    /// <summary>A request of about so many tokens begins.</summary>
    public void Begin(long tokens)
    {
        Interlocked.Increment(ref _inFlight);
        Interlocked.Add(ref _tokens, tokens);
    }

    /// <summary>It has ended.</summary>
    public void End(long tokens)
    {
        Interlocked.Decrement(ref _inFlight);
        Interlocked.Add(ref _tokens, -tokens);
    }

    /// <summary>The target said when it wants to be asked again; until then nobody asks it.</summary>
    /// <param name="wait">How long.</param>
    /// <param name="isRateLimit">
    /// Whether it is well and at its limit; otherwise it is not ready (an engine starts again), and is asked all the same
    /// when there is nobody else: its answer comes at once.
    /// </param>
    public void AskNotBefore(TimeSpan wait, bool isRateLimit)
    {
        // The longest wait holds, and what kind it is of with it.
        Wait next = new(time.GetElapsedTime(_startTimestamp) + wait, isRateLimit);
        Wait? known = Volatile.Read(ref _wait);
        if (known is null || next.Until > known.Until)
        {
            Interlocked.CompareExchange(ref _wait, next, known);
        }
    }

    /// <summary>Why it may not be asked now; null when it may.</summary>
    public TargetRefusal? Refusal(BreakerLimits limits)
    {
        if (
            Volatile.Read(ref _wait) is not { } wait
            || wait.Until - time.GetElapsedTime(_startTimestamp) is not { Ticks: > 0 } left
        )
        {
            return Breaker.Refusal(limits);
        }

        string why = wait.IsRateLimit ? "at its limit" : "not ready";
        return new TargetRefusal($"{why}, it said to ask again in {left.TotalSeconds:0.0} s", left)
        {
            IsRateLimit = wait.IsRateLimit,
            MayBeAskedInNeed = !wait.IsRateLimit,
        };
    }

    /// <param name="Until">Time since the start.</param>
    /// <param name="IsRateLimit">Whether the target is well and at its limit.</param>
    private sealed record Wait(TimeSpan Until, bool IsRateLimit);
}
