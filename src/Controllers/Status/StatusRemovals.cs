using System.Text.Json.Nodes;

namespace LlmOperator.Controllers.Status;

/// <summary>What of a status is gone.</summary>
internal static class StatusRemovals
{
    /// <summary>The merge patch that removes the objects which are gone.</summary>
    public static JsonObject Between(JsonObject before, JsonObject after)
    {
        JsonObject removals = [];
        foreach ((string name, JsonNode? value) in before)
        {
            if (value is not JsonObject old)
            {
                continue;
            }

            if (after[name] is not JsonObject now)
            {
                removals[name] = null;
            }
            else if (Between(old, now) is { Count: > 0 } inner)
            {
                removals[name] = inner;
            }
        }

        return removals;
    }
}
