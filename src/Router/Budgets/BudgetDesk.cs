using System.Collections.Concurrent;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Router.Budgets;

/// <summary>All budgets that this router has met, and the loop that writes what was charged. Thread-safe.</summary>
internal sealed partial class BudgetDesk : IRunnable, IDisposable
{
    private static readonly TimeSpan s_lastWrites = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<ObjectKey, LedgerKeeper> _keepers = new();
    private readonly IKubernetesClient _client;
    private readonly string _holder;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly BudgetTimes _times;
    private readonly ILogger _logger;

    /// <param name="client">API server.</param>
    /// <param name="holder">This router, by a name that no other has and that a restarted one has not.</param>
    /// <param name="time">Clock.</param>
    /// <param name="random">Jitter.</param>
    /// <param name="times">Times.</param>
    /// <param name="logger">Log.</param>
    public BudgetDesk(
        IKubernetesClient client,
        string holder,
        TimeProvider time,
        Random random,
        BudgetTimes times,
        ILogger<BudgetDesk> logger
    ) => (_client, _holder, _time, _random, _times, _logger) = (client, holder, time, random, times, logger);

    /// <inheritdoc/>
    public string Name => "budgets";

    /// <inheritdoc/>
    public bool NeedsLeaderElection => false;

    /// <summary>Clock of the budgets.</summary>
    public TimeProvider Time => _time;

    /// <summary>The keeper of a budget, with the budget as it is now.</summary>
    public LedgerKeeper KeeperOf(CompiledBudget budget)
    {
        LedgerKeeper keeper = _keepers.GetOrAdd(
            budget.Ledger,
            (_, b) => new LedgerKeeper(new BudgetShare(b, _holder, _time, _times), _client, _time, _random),
            budget
        );
        if (!ReferenceEquals(keeper.Share.Budget, budget))
        {
            keeper.Share.Budget = budget;
        }

        return keeper;
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(_times.Flush, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await FlushAsync(isLeaving: false, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The router stops: what it holds goes back.
        }

        using CancellationTokenSource limit = new(s_lastWrites, _time);
        await FlushAsync(isLeaving: true, limit.Token);
        await FlushAsync(isLeaving: true, limit.Token);
    }

    /// <summary>Writes what is due of all budgets; failures are logged and tried again by the next call.</summary>
    public async Task FlushAsync(bool isLeaving, CancellationToken cancellationToken)
    {
        LedgerKeeper[] due = [.. _keepers.Values.Where(k => isLeaving || k.Share.IsDue)];
        await Task.WhenAll(due.Select(k => FlushAsync(k, isLeaving, cancellationToken)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LedgerKeeper keeper in _keepers.Values)
        {
            keeper.Dispose();
        }
    }

    private async Task FlushAsync(LedgerKeeper keeper, bool isLeaving, CancellationToken cancellationToken)
    {
        try
        {
            await keeper.FlushAsync(isLeaving, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or KubernetesApiException or IOException)
        {
            LogFailed(keeper.Share.Budget.Ledger, e.Message);
        }
        catch (OperationCanceledException) when (isLeaving)
        {
            LogFailed(keeper.Share.Budget.Ledger, "there was no time to write it before the end");
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The ledger {Ledger} could not be written: {Reason}; its charges wait for the next write"
    )]
    private partial void LogFailed(ObjectKey ledger, string reason);
}
