using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Router.Tests.Budgets;

/// <summary>One replica's way to the server: it loses requests and answers, is cut, and lets others go first.</summary>
internal sealed class FaultyLedgerClient(IKubernetesClient inner, Random random, Func<long> tick)
    : LedgerClient
{
    private static readonly WriteOptions s_options = new() { FieldManager = "llm-router" };

    /// <summary>Whether nothing goes through.</summary>
    public bool IsCut { get; set; }

    /// <summary>Share of calls that are lost, half of them after they took effect.</summary>
    public double LossRate { get; set; }

    /// <summary>Called before a write goes out: others may write first.</summary>
    public Func<Task> BeforeWrite { get; set; } = () => Task.CompletedTask;

    /// <summary>All calls.</summary>
    public List<LedgerOperation> Operations { get; } = [];

    /// <summary>Writes that the server refused because others had written.</summary>
    public int Conflicts { get; private set; }

    protected override async Task<BudgetLedger?> ReadAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        long begun = tick();
        LoseRequest();
        BudgetLedger? answer = await inner.FindAsync<BudgetLedger>(key, cancellationToken);
        Operations.Add(new LedgerOperation(begun, tick(), null, null, answer, IsRefused: false));
        return answer;
    }

    protected override async Task<BudgetLedger> WriteAsync(
        BudgetLedger ledger,
        bool isNew,
        CancellationToken cancellationToken
    )
    {
        long begun = tick();
        LoseRequest();
        await BeforeWrite();
        string? replaces = ledger.Metadata.ResourceVersion;
        BudgetLedger stored;
        try
        {
            stored = isNew
                ? await inner.CreateAsync(ledger, s_options, cancellationToken)
                : await inner.ReplaceAsync(ledger, s_options, cancellationToken);
        }
        catch (KubernetesApiException)
        {
            Conflicts++;
            Operations.Add(new LedgerOperation(begun, tick(), replaces, ledger.Spec, null, IsRefused: true));
            throw;
        }

        if (random.NextDouble() < LossRate / 2)
        {
            Operations.Add(
                new LedgerOperation(begun, long.MaxValue, replaces, ledger.Spec, null, IsRefused: false)
            );
            throw new HttpRequestException("The answer was lost.");
        }

        Operations.Add(new LedgerOperation(begun, tick(), replaces, ledger.Spec, stored, IsRefused: false));
        return stored;
    }

    private void LoseRequest()
    {
        if (IsCut || random.NextDouble() < LossRate / 2)
        {
            throw new HttpRequestException("The request was lost.");
        }
    }
}
