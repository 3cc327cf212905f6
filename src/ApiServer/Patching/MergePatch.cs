using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Patching;

/// <summary>JSON merge patch, RFC 7386.</summary>
internal static class MergePatch
{
    /// <summary>Returns the patched target, which may be changed in place.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }
        var result = target as JsonObject ?? [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                result.Remove(name);
                continue;
            }
            var before = result[name];
            var after = Apply(before, value);
            if (!ReferenceEquals(before, after) || before is null)
            {
                result[name] = after;
            }
        }
        return result;
    }
}
