using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;

namespace LlmOperator.Router.Budgets;

/// <summary>
/// Keeps one share and its ledger in step: reads, plans, writes on condition that nobody wrote in between, and tries again
/// when somebody did. One at a time for a share; requests that want more at the same time go into one write. Thread-safe.
/// </summary>
[Rbac<BudgetLedger>("get", "create", "update")]
internal sealed class LedgerKeeper(
    BudgetShare share,
    IKubernetesClient client,
    TimeProvider time,
    Random random
) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly LedgerStore _store = new(
        client,
        share.Budget.Ledger,
        share.Budget.Owner,
        share.Budget.OwnerReference,
        time,
        random
    );
    private long _wanted;

    /// <summary>The share.</summary>
    public BudgetShare Share => share;

    /// <summary>Reserves, leasing more when that is needed.</summary>
    /// <returns>Null when the budget has no room.</returns>
    /// <exception cref="HttpRequestException">The API server cannot be reached, and what is leased does not suffice.</exception>
    /// <exception cref="KubernetesApiException">The API server refuses.</exception>
    public async ValueTask<Reservation?> ReserveAsync(long amount, CancellationToken cancellationToken)
    {
        if (share.TryReserve(amount) is { } reserved)
        {
            return reserved;
        }

        Interlocked.Add(ref _wanted, amount);
        try
        {
            await _one.WaitAsync(cancellationToken);
            try
            {
                // Another request's write may have brought enough for both.
                if (share.TryReserve(amount) is { } brought)
                {
                    return brought;
                }

                await WriteAsync(Interlocked.Read(ref _wanted), isLeaving: false, cancellationToken);
                if (share.TryReserve(amount) is { } leased)
                {
                    return leased;
                }

                // There is no room for all that wait; for this one there may be.
                await WriteAsync(amount, isLeaving: false, cancellationToken);
                return share.TryReserve(amount) ?? await LookAgainAsync(amount, cancellationToken);
            }
            finally
            {
                _one.Release();
            }
        }
        finally
        {
            Interlocked.Add(ref _wanted, -amount);
        }
    }

    /// <summary>Writes what there is to write.</summary>
    public async Task FlushAsync(bool isLeaving, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await WriteAsync(wanted: 0, isLeaving, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    // Nobody is refused by what was true some time ago.
    private async Task<Reservation?> LookAgainAsync(long amount, CancellationToken cancellationToken)
    {
        if (_store.IsFresh)
        {
            return null;
        }

        _store.Forget();
        await WriteAsync(amount, isLeaving: false, cancellationToken);
        return share.TryReserve(amount);
    }

    private async Task WriteAsync(long wanted, bool isLeaving, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            BudgetLedger ledger = await _store.GetAsync(cancellationToken);
            string? version = ledger.Metadata.ResourceVersion;
            share.Observe(ledger.Spec, version);
            LedgerWrite? write = share.Plan(ledger.Spec, version, wanted, isLeaving);
            if (write is null)
            {
                return;
            }

            // A failure other than another's write leaves a write that may have happened: the ledger tells by its number
            // when it is next read.
            if (
                await _store.TryWriteAsync(ledger with { Spec = write.Result }, attempt, cancellationToken)
                is not null
            )
            {
                share.Confirm(write);
                return;
            }
        }
    }
}
