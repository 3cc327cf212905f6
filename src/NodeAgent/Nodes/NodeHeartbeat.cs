using LlmOperator.Api;
using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Nodes;

/// <summary>Renews the node's lease, by which the operator knows that the agent lives.</summary>
[Rbac<Lease>("create", "patch", Scope = RbacScope.OwnNamespace)]
internal sealed partial class NodeHeartbeat(
    IKubernetesClient client,
    string nodeName,
    string leaseNamespace,
    TimeProvider time,
    ILogger<NodeHeartbeat> logger
) : IRunnable
{
    // Kubelet's own numbers: 40 s, renewed every 10 s.
    private const int DurationSeconds = 40;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(2);
    private static readonly ApplyOptions s_apply = new()
    {
        FieldManager = WellKnown.NodeAgentFieldManager,
        Force = true,
    };
    private readonly ILogger _logger = logger;

    public string Name => "heartbeat";

    public bool NeedsLeaderElection => false;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset acquired = time.GetUtcNow();
        try
        {
            while (true)
            {
                TimeSpan wait = await TryRenewAsync(acquired, cancellationToken) ? s_interval : s_retry;
                await Task.Delay(wait, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent stops; the lease runs out by itself.
        }
    }

    private async Task<bool> TryRenewAsync(DateTimeOffset acquired, CancellationToken cancellationToken)
    {
        try
        {
            await RenewAsync(acquired, cancellationToken);
            return true;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            // The border of the heartbeat's loop: a server that is away must not end the agent.
            LogNotRenewed(error.Message);
            return false;
        }
    }

    private Task<Lease> RenewAsync(DateTimeOffset acquired, CancellationToken cancellationToken) =>
        client.ApplyAsync(
            new Lease
            {
                Metadata = new ObjectMeta { Name = nodeName, Namespace = leaseNamespace },
                Spec = new LeaseSpec
                {
                    HolderIdentity = nodeName,
                    LeaseDurationSeconds = DurationSeconds,
                    AcquireTime = acquired,
                    RenewTime = time.GetUtcNow(),
                },
            },
            s_apply,
            cancellationToken
        );

    [LoggerMessage(LogLevel.Warning, "The node's lease was not renewed: {Error}")]
    private partial void LogNotRenewed(string error);
}
