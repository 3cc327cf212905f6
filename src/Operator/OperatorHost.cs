using LlmOperator.Api;
using LlmOperator.Controllers.Events;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.LeaderElection;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Metrics;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Models.Sources;
using LlmOperator.Operator.Metrics;
using LlmOperator.Telemetry.Prometheus;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Operator;

/// <summary>Entry point of the operator, as its own process or inside another one.</summary>
[Rbac<Lease>("get", "create", "update", Scope = RbacScope.OwnNamespace)]
[Rbac<KubernetesEvent>("create", "patch")]
[Rbac<CoreEvent>("create", "patch")]
public static class OperatorHost
{
    /// <summary>Makes an operator; nothing runs before it is started.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="kubernetes">API server to work on.</param>
    /// <param name="loggers">Log.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="ArgumentException">An option is impossible; says which.</exception>
    public static IHostedPart Create(
        OperatorOptions options,
        KubernetesConfiguration kubernetes,
        ILoggerFactory loggers,
        TimeProvider time
    )
    {
        KubernetesClient client = new(kubernetes, time, loggers.CreateLogger<KubernetesClient>());
        return Create(options, client, client, loggers, time);
    }

    /// <summary>As above, with a client of the caller's own.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="client">Client to use.</param>
    /// <param name="owned">Disposed with the operator; null for nothing.</param>
    /// <param name="loggers">Log.</param>
    /// <param name="time">Clock.</param>
    internal static OperatorPart Create(
        OperatorOptions options,
        IKubernetesClient client,
        IDisposable? owned,
        ILoggerFactory loggers,
        TimeProvider time
    )
    {
        OperatorOptionsValidation.RequireSound(options);
        // Seeded once: only delays are drawn from it.
        Random random = new(Environment.ProcessId ^ (int)time.GetTimestamp());
        ControllerManager manager = new(
            client,
            new ControllerManagerOptions
            {
                GracePeriod = options.GracePeriod,
                LeaderElection = options.LeaderElection
                    ? new LeaderElectionOptions
                    {
                        Lease = new ObjectKey(options.LeaseNamespace, "llm-operator"),
                        LeaseDuration = options.LeaseDuration,
                        RenewDeadline = options.RenewDeadline,
                        RetryPeriod = options.RetryPeriod,
                    }
                    : null,
            },
            time,
            random,
            loggers
        );
        // Before the controllers: what they initialise to zero is exported as well.
        PrometheusExporter metrics = new(
            new PrometheusExporterOptions
            {
                MeterNames = [ControllerMeter.Name, KubernetesMeter.Name, StateMetrics.MeterName],
                // 1,000 models with 3 replicas each are 13,000 series.
                MaxSeries = 50_000,
            }
        );
        GuardedHttp http = new(options.Sources, time);
        EventRecorder events = new(
            client,
            new EventRecorderOptions { Controller = $"{WellKnown.Group}/operator" },
            time,
            random,
            loggers.CreateLogger<EventRecorder>()
        );
        manager.AddRunnable(events);
        ControllerRegistry.Register(
            manager,
            options,
            new SourceResolver(http, options.Sources, time),
            new RangeClient(http, options.Sources, time),
            events,
            time,
            // Its own: the manager draws from the other one at the same time.
            new Random(random.Next()),
            loggers
        );
        StateMetrics state = new(manager);
        return new OperatorPart(
            options,
            manager,
            metrics,
            [state, http, .. owned is null ? [] : new[] { owned }]
        );
    }
}
