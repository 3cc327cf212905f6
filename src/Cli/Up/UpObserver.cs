using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Kubernetes.Client;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Cli.Up;

/// <summary>Watches models and replicas for what the foreground shows.</summary>
internal sealed class UpObserver : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SharedInformer<LlmModel> _models;
    private readonly SharedInformer<ModelReplica> _replicas;
    private readonly Task _run;

    private UpObserver(ControllerManager manager)
    {
        _models = manager.Informer<LlmModel>();
        _replicas = manager.Informer<ModelReplica>();
        _run = manager.RunAsync(_stop.Token);
    }

    /// <summary>Models as last seen.</summary>
    public ILister<LlmModel> Models => _models.Lister;

    /// <summary>Replicas as last seen.</summary>
    public ILister<ModelReplica> Replicas => _replicas.Lister;

    /// <summary>Starts to watch; returns when everything that exists has been seen.</summary>
    public static async Task<UpObserver> StartAsync(
        IKubernetesClient client,
        TimeProvider timeProvider,
        ILoggerFactory loggerFactory,
        CancellationToken cancellationToken
    )
    {
        // Seeded by the clock: only back-off jitter hangs on it.
        Random random = new((int)timeProvider.GetTimestamp());
        UpObserver observer = new(
            new ControllerManager(client, new ControllerManagerOptions(), timeProvider, random, loggerFactory)
        );
        await observer._models.WaitForSyncAsync(cancellationToken);
        await observer._replicas.WaitForSyncAsync(cancellationToken);
        return observer;
    }

    /// <summary>Shows changes from now on, after what exists.</summary>
    public void AddHandler(StateLines lines)
    {
        _models.AddHandler(lines);
        _replicas.AddHandler(lines);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _run;
        }
        catch (OperationCanceledException)
        {
            // What was asked for.
        }

        _stop.Dispose();
    }
}
