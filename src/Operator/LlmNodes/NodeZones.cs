using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Operator.Seeding;

namespace LlmOperator.Operator.LlmNodes;

/// <summary>
/// Gives an LlmNode the zone of the Kubernetes Node of its name, unless people labelled it themselves. The operator reads
/// it because one reader of Nodes is less than one on each machine. Where there is no such Node, or it may not be read,
/// the label stays as it is. Thread-safe.
/// </summary>
[Rbac<Node>("get")]
[Rbac<LlmNode>("patch")]
internal sealed class NodeZones(IKubernetesClient client, TimeProvider time)
{
    // A cloud labels its Nodes some time after they join.
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(5);
    private static readonly PatchOptions s_options = new() { FieldManager = WellKnown.OperatorFieldManager };
    private readonly ConcurrentDictionary<string, long> _askedAt = new();

    public async Task CopyAsync(LlmNode node, CancellationToken cancellationToken)
    {
        string name = node.Metadata.Name!;
        if (
            node.Metadata.Labels?.ContainsKey(SeederViews.ZoneLabel) == true
            || (_askedAt.TryGetValue(name, out long at) && time.GetElapsedTime(at) < s_interval)
        )
        {
            return;
        }

        if (
            await ZoneOfAsync(name, cancellationToken) is not { } zone
            || await TryLabelAsync(node, zone, cancellationToken)
        )
        {
            _askedAt[name] = time.GetTimestamp();
        }
    }

    private async Task<bool> TryLabelAsync(LlmNode node, string zone, CancellationToken cancellationToken)
    {
        try
        {
            await client.PatchAsync<LlmNode>(
                node.Key,
                new Patch.Merge(
                    new JsonObject
                    {
                        ["metadata"] = new JsonObject
                        {
                            // Whoever labels it at the same time wins.
                            ["resourceVersion"] = node.Metadata.ResourceVersion,
                            ["labels"] = new JsonObject { [SeederViews.ZoneLabel] = zone },
                        },
                    }
                ),
                s_options,
                cancellationToken
            );
            return true;
        }
        catch (KubernetesApiException error) when (error.IsConflict)
        {
            // It was changed meanwhile, which brings it here again.
            return false;
        }
    }

    /// <summary>Forgets a node that is gone.</summary>
    public void Forget(string name) => _askedAt.TryRemove(name, out _);

    private async Task<string?> ZoneOfAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            Node? machine = await client.FindAsync<Node>(new ObjectKey(null, name), cancellationToken);
            return machine?.Metadata.Labels?.GetValueOrDefault(SeederViews.ZoneLabel);
        }
        catch (KubernetesApiException error) when (error.IsForbidden)
        {
            return null;
        }
    }
}
