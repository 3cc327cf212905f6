using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// Where a file is fetched from. The place that a redirect led to is kept, so that the registry is asked once and not for
/// each request; when it no longer answers, the registry is asked again, and at last the source resolved again. All
/// connections share one answer. Thread-safe.
/// </summary>
internal sealed class OriginAddress(
    ResolvedFile file,
    Func<CancellationToken, Task<ResolvedFile>> resolveAgain
) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private volatile State _state = new(file, file, IsKnown: false);

    /// <summary>Opens the file at the address that is known; while none is, one connection after the other.</summary>
    /// <returns>What was opened, for <see cref="RenewAsync"/> when it does not work, and the answer.</returns>
    public async Task<(ResolvedFile Used, RangeResponse Response)> OpenAsync(
        Func<ResolvedFile, Task<RangeResponse>> open,
        CancellationToken cancellationToken
    )
    {
        State state = _state;
        if (state.IsKnown)
        {
            return (state.Used, await OpenKnownAsync(state, open));
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            state = _state;
            RangeResponse response = await OpenKnownAsync(state, open);
            if (!state.IsKnown && response.Outcome != RangeOutcome.ResolveAgain)
            {
                _state = Located(state, response.Address ?? state.Used.Url);
            }

            return (state.Used, response);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Gets another address than <paramref name="used"/>, once for all that ask.</summary>
    public async Task RenewAsync(ResolvedFile used, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            State state = _state;
            if (state.Used == used)
            {
                ResolvedFile next =
                    state.Used != state.Resolved ? state.Resolved : await resolveAgain(cancellationToken);
                _state = new State(next, next, IsKnown: false);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    // A signed address that has expired may also be said not to exist.
    private static async Task<RangeResponse> OpenKnownAsync(
        State state,
        Func<ResolvedFile, Task<RangeResponse>> open
    )
    {
        try
        {
            return await open(state.Used);
        }
        catch (ModelSourceException error)
            when (error.Failure == ModelSourceFailure.NotFound && state.Used != state.Resolved)
        {
            return new RangeResponse(RangeOutcome.ResolveAgain, Stream.Null);
        }
    }

    private static State Located(State state, Uri address) =>
        state with
        {
            Used = address == state.Used.Url ? state.Used : state.Used.At(address),
            IsKnown = true,
        };

    private sealed record State(ResolvedFile Resolved, ResolvedFile Used, bool IsKnown);
}
