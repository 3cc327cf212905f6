using System.Globalization;
using System.Net;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Router.Tests.Budgets;

/// <summary>
/// Ledgers as an API server keeps them: reads, and writes on condition of a version. Keeps all states that were ever
/// there. Thread-safe.
/// </summary>
internal sealed class LedgerServer(TimeProvider time) : LedgerClient
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ObjectKey, BudgetLedger> _ledgers = [];
    private long _version;

    /// <summary>Every state in its order, with the moment.</summary>
    public List<(long At, BudgetLedger Ledger)> History { get; } = [];

    /// <summary>The ledger now; null when there is none.</summary>
    public BudgetLedger? Find(ObjectKey key)
    {
        lock (_lock)
        {
            return _ledgers.GetValueOrDefault(key);
        }
    }

    /// <summary>What was spent of all budgets.</summary>
    public long Spent()
    {
        lock (_lock)
        {
            return _ledgers.Values.Sum(l => l.Spec.Periods.Sum(p => p.Spent));
        }
    }

    /// <summary>The only ledger.</summary>
    public BudgetLedger Only()
    {
        lock (_lock)
        {
            return _ledgers.Values.Single();
        }
    }

    protected override Task<BudgetLedger?> ReadAsync(ObjectKey key, CancellationToken cancellationToken) =>
        Task.FromResult(Find(key));

    protected override Task<BudgetLedger> WriteAsync(
        BudgetLedger ledger,
        bool isNew,
        CancellationToken cancellationToken
    )
    {
        lock (_lock)
        {
            BudgetLedger? there = _ledgers.GetValueOrDefault(ledger.Key);
            if (isNew ? there is not null : there is null)
            {
                throw Error(
                    isNew ? HttpStatusCode.Conflict : HttpStatusCode.NotFound,
                    isNew ? "AlreadyExists" : "NotFound"
                );
            }

            if (!isNew && there!.Metadata.ResourceVersion != ledger.Metadata.ResourceVersion)
            {
                throw Error(HttpStatusCode.Conflict, "Conflict");
            }

            string version = (++_version).ToString(CultureInfo.InvariantCulture);
            BudgetLedger stored = ledger with
            {
                Metadata = ledger.Metadata with { ResourceVersion = version },
            };
            _ledgers[ledger.Key] = stored;
            History.Add((time.GetTimestamp(), stored));
            return Task.FromResult(stored);
        }
    }

    private static KubernetesApiException Error(HttpStatusCode code, string reason) =>
        new(
            new KubernetesStatus
            {
                Code = (int)code,
                Reason = reason,
                Message = reason,
            }
        );
}
