using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Kubernetes.Watching;

namespace LlmOperator.Router.Tests.Budgets;

/// <summary>A client that can do what ledgers need: find, create, replace.</summary>
internal abstract class LedgerClient : IKubernetesClient
{
    public async Task<T?> FindAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject => (T?)(object?)await ReadAsync(key, cancellationToken);

    public async Task<T> CreateAsync<T>(T obj, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        (T)(object)await WriteAsync((BudgetLedger)(object)obj, isNew: true, cancellationToken);

    public async Task<T> ReplaceAsync<T>(T obj, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject =>
        (T)(object)await WriteAsync((BudgetLedger)(object)obj, isNew: false, cancellationToken);

    protected abstract Task<BudgetLedger?> ReadAsync(ObjectKey key, CancellationToken cancellationToken);

    protected abstract Task<BudgetLedger> WriteAsync(
        BudgetLedger ledger,
        bool isNew,
        CancellationToken cancellationToken
    );

    public Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject => throw new NotSupportedException();

    public Task<KubernetesList<T>> ListAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject => throw new NotSupportedException();

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        WatchOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject => throw new NotSupportedException();

    public Task<T> ApplyAsync<T>(T obj, ApplyOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject => throw new NotSupportedException();

    public Task<T> ApplyStatusAsync<T>(T obj, ApplyOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject => throw new NotSupportedException();

    public Task<T> PatchAsync<T>(
        ObjectKey key,
        Patch patch,
        PatchOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject => throw new NotSupportedException();

    public Task<bool> DeleteAsync<T>(
        ObjectKey key,
        DeleteOptions options,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject => throw new NotSupportedException();

    public Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException();
}
