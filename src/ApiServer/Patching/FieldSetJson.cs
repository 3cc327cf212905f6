using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Patching;

/// <summary>Field sets in the form of <c>fieldsV1</c>: <c>{"f:spec":{"f:size":{},"f:ports":{".":{}}}}</c>.</summary>
internal static class FieldSetJson
{
    private const string Self = ".";

    public static JsonObject Write(FieldSet set)
    {
        var result = new JsonObject();
        if (set.IsMember && set.Children.Any(c => !c.Value.IsEmpty))
        {
            result[Self] = new JsonObject();
        }
        foreach (var (element, child) in set.Children.Where(c => !c.Value.IsEmpty))
        {
            result[element] = Write(child);
        }
        return result;
    }

    public static FieldSet Read(JsonObject json)
    {
        var root = new FieldSet();
        ReadChildren(json, root);
        return root;
    }

    private static void ReadChildren(JsonObject json, FieldSet target)
    {
        foreach (var (element, value) in json)
        {
            if (element != Self && value is JsonObject below)
            {
                var child = target.Below(element);
                child.IsMember = below.Count == 0 || below.ContainsKey(Self);
                ReadChildren(below, child);
            }
        }
    }
}
