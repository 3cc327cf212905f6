using System.Text.Json.Nodes;

namespace LlmOperator.Deploy.Tests.GitOps;

/// <summary>
/// What kstatus computes for a kind that it does not know: sigs.k8s.io/cli-utils, pkg/kstatus/status/core.go and
/// generic.go (checkGenericProperties, then checkReadyCondition).
/// </summary>
internal static class Kstatus
{
    public static string Of(JsonObject o)
    {
        if (o["metadata"]!["deletionTimestamp"] is not null)
        {
            return "Terminating";
        }

        if (
            o["status"]?["observedGeneration"] is { } observed
            && (long)observed != (long)o["metadata"]!["generation"]!
        )
        {
            return "InProgress";
        }

        JsonArray conditions = o["status"]?["conditions"] as JsonArray ?? [];
        foreach (JsonNode? condition in conditions)
        {
            switch ((string?)condition!["type"], (string?)condition["status"])
            {
                case ("Reconciling", "True"):
                    return "InProgress";
                case ("Stalled", "True"):
                    return "Failed";
            }
        }

        return
            conditions.FirstOrDefault(c => (string?)c!["type"] == "Ready") is { } ready
            && (string?)ready["status"] != "True"
            ? "InProgress"
            : "Current";
    }
}
