using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Router.Budgets;

/// <summary>One ledger in the API server: read, and written on condition that nobody wrote in between. Used by one at a time.</summary>
/// <param name="client">API server.</param>
/// <param name="key">The ledger.</param>
/// <param name="owner">What it counts.</param>
/// <param name="reference">By what it vanishes with its owner; null for nothing.</param>
/// <param name="time">Clock.</param>
/// <param name="random">Jitter.</param>
internal sealed class LedgerStore(
    IKubernetesClient client,
    ObjectKey key,
    LedgerOwner owner,
    OwnerReference? reference,
    TimeProvider time,
    Random random
)
{
    private const string FieldManager = "llm-router";
    private const int MostTries = 16;
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(10);

    // How old what is known may be when a request is refused by it.
    private static readonly TimeSpan s_freshness = TimeSpan.FromMilliseconds(250);
    private BudgetLedger? _known;
    private long _knownAt;

    /// <summary>Whether what is known is recent enough to refuse a request by it.</summary>
    public bool IsFresh => _known is not null && time.GetElapsedTime(_knownAt) < s_freshness;

    /// <summary>What the next reader sees is what the server holds then.</summary>
    public void Forget() => _known = null;

    /// <summary>The ledger as it is known; read when it is not. One that does not exist yet has no version.</summary>
    /// <exception cref="HttpRequestException">The API server cannot be reached.</exception>
    /// <exception cref="KubernetesApiException">The API server refuses.</exception>
    public async Task<BudgetLedger> GetAsync(CancellationToken cancellationToken)
    {
        if (_known is null)
        {
            Know(
                await client.FindAsync<BudgetLedger>(key, cancellationToken)
                    ?? new BudgetLedger
                    {
                        Metadata = new ObjectMeta
                        {
                            Name = key.Name,
                            Namespace = key.Namespace,
                            OwnerReferences = reference is null ? null : [reference],
                        },
                        Spec = new BudgetLedgerSpec { Owner = owner },
                    }
            );
        }

        return _known!;
    }

    /// <summary>Writes the ledger in place of the one it was made from.</summary>
    /// <param name="ledger">The new state, with the version of the old.</param>
    /// <param name="attempt">Counts the tries from 1.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when somebody else wrote first: after a pause it is to be read and planned anew.</returns>
    /// <exception cref="HttpRequestException">The API server cannot be reached; the write may have happened.</exception>
    /// <exception cref="KubernetesApiException">The API server refuses, or others wrote first too often.</exception>
    public async Task<BudgetLedger?> TryWriteAsync(
        BudgetLedger ledger,
        int attempt,
        CancellationToken cancellationToken
    )
    {
        WriteOptions options = new() { FieldManager = FieldManager };
        _known = null;
        try
        {
            Know(
                ledger.Metadata.ResourceVersion is null
                    ? await client.CreateAsync(ledger, options, cancellationToken)
                    : await client.ReplaceAsync(ledger, options, cancellationToken)
            );
            return _known;
        }
        catch (KubernetesApiException e)
            when ((e.IsConflict || e.IsAlreadyExists || e.IsNotFound) && attempt < MostTries)
        {
            await Task.Delay(s_pause * (attempt * NextDouble()), time, cancellationToken);
            return null;
        }
    }

    private void Know(BudgetLedger ledger)
    {
        _known = ledger;
        _knownAt = time.GetTimestamp();
    }

    private double NextDouble()
    {
        lock (random)
        {
            return random.NextDouble();
        }
    }
}
