using System.Text.Json.Nodes;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Operator.LlmNodes;

/// <summary>
/// Patches that turn the Ready condition of another writer's status to Unknown. The version of the object guards them:
/// an agent that came back meanwhile wins.
/// </summary>
internal static class LostConditions
{
    /// <summary>The patch, or null when the condition is Unknown for that reason already.</summary>
    public static Patch.Merge? Patch(
        KubernetesObject obj,
        IReadOnlyList<Condition>? conditions,
        string type,
        string reason,
        string message,
        DateTimeOffset now
    )
    {
        Condition? present = conditions.Find(type);
        if (present is { Status: ConditionStatus.Unknown } && present.Reason == reason)
        {
            return null;
        }

        IReadOnlyList<Condition> changed = conditions.Set(
            type,
            ConditionStatus.Unknown,
            reason,
            message,
            obj.Metadata.Generation,
            now
        );
        // A silence begins when it is noticed, also when the condition was Unknown for another reason before.
        changed = [.. changed.Select(c => c.Type == type ? c with { LastTransitionTime = now } : c)];
        return new Patch.Merge(
            new JsonObject
            {
                ["metadata"] = new JsonObject { ["resourceVersion"] = obj.Metadata.ResourceVersion },
                ["status"] = new JsonObject
                {
                    ["conditions"] = new JsonArray([.. changed.Select(c => KubernetesJson.ToNode(c))]),
                },
            }
        );
    }
}
