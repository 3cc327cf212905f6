using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.BuiltIns;

/// <summary>Events are stored in the form of the core group and shown in both.</summary>
internal sealed class EventRules : NoGenerationRules
{
    /// <summary>Core name, name in <c>events.k8s.io</c>.</summary>
    private static readonly (string Core, string New)[] s_names =
    [
        ("involvedObject", "regarding"),
        ("message", "note"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
        ("reportingComponent", "reportingController"),
    ];

    public override void FromStorage(JsonObject item, ResourceType served)
    {
        if (served.Group.Length > 0)
        {
            Rename(item, toNew: true);
        }
        item["apiVersion"] = served.ApiVersion;
    }

    public override void ToStorage(JsonObject item, ResourceType served)
    {
        if (served.Group.Length > 0)
        {
            Rename(item, toNew: false);
        }
        item["apiVersion"] = served.StorageApiVersion;
    }

    public override void Validate(JsonObject item, JsonObject? old, List<FieldError> errors)
    {
        var about = item.ContainsKey("regarding") ? "regarding" : "involvedObject";
        var of = item.Object(about).Text("namespace") ?? "";
        var own = item.Object("metadata").Text("namespace") ?? "";
        var fits = of.Length == 0 ? own is "default" or "kube-system" : of == own;
        if (!fits)
        {
            errors.Add(
                FieldError.Invalid(
                    $"{about}.namespace",
                    JsonValue.Create(of),
                    "does not match event.namespace"
                )
            );
        }
        if (old is null && item.Text("apiVersion") == "events.k8s.io/v1")
        {
            Require(item, errors);
        }
    }

    /// <summary>The old group leaves these out, the new one asks for them.</summary>
    private static void Require(JsonObject item, List<FieldError> errors)
    {
        foreach (
            var field in new[] { "eventTime", "reportingController", "reportingInstance", "action", "reason" }
        )
        {
            if (string.IsNullOrEmpty(item.Text(field)))
            {
                errors.Add(FieldError.Required(field));
            }
        }
    }

    private static void Rename(JsonObject item, bool toNew)
    {
        foreach (var (core, @new) in s_names)
        {
            var (from, to) = toNew ? (core, @new) : (@new, core);
            if (item.TryGetPropertyValue(from, out var value))
            {
                item.Remove(from);
                item[to] = value;
            }
        }
    }
}
