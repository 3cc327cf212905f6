using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Router.Tests.Budgets;

/// <summary>A client that can do what ledgers need: find, create, replace.</summary>
internal abstract class LedgerClient : PartialKubernetesClient
{
    public override async Task<T?> FindAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : class => (T?)(object?)await ReadAsync(key, cancellationToken);

    public override async Task<T> CreateAsync<T>(
        T obj,
        WriteOptions options,
        CancellationToken cancellationToken
    ) => (T)(object)await WriteAsync((BudgetLedger)(object)obj, isNew: true, cancellationToken);

    public override async Task<T> ReplaceAsync<T>(
        T obj,
        WriteOptions options,
        CancellationToken cancellationToken
    ) => (T)(object)await WriteAsync((BudgetLedger)(object)obj, isNew: false, cancellationToken);

    protected abstract Task<BudgetLedger?> ReadAsync(ObjectKey key, CancellationToken cancellationToken);

    protected abstract Task<BudgetLedger> WriteAsync(
        BudgetLedger ledger,
        bool isNew,
        CancellationToken cancellationToken
    );
}
