using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.CustomResources;

/// <summary>Refuses CRDs that a real API server would refuse for their names, versions or lack of a schema.</summary>
internal static class DefinitionValidator
{
    public static void Validate(JsonObject definition, JsonObject? old, List<FieldError> errors)
    {
        if (definition.Object("spec") is not { } spec || spec.Object("names") is not { } names)
        {
            return;
        }
        var group = spec.Text("group") ?? "";
        var plural = names.Text("plural") ?? "";
        var name = definition.Object("metadata").Text("name");
        if (name != $"{plural}.{group}")
        {
            errors.Add(
                FieldError.Invalid(
                    "metadata.name",
                    JsonValue.Create(name),
                    "must be spec.names.plural+\".\"+spec.group"
                )
            );
        }
        ValidateVersions(spec.Array("versions"), errors);
        if (spec.Object("conversion").Text("strategy") is not (null or "None"))
        {
            errors.Add(
                FieldError.NotSupported(
                    "spec.conversion.strategy",
                    spec.Object("conversion")!["strategy"]!.DeepClone(),
                    ["None"]
                )
            );
        }
        if (old?.Object("spec") is { } oldSpec)
        {
            ValidateImmutable(spec, oldSpec, errors);
        }
    }

    private static void ValidateVersions(JsonArray? versions, List<FieldError> errors)
    {
        var all = versions?.OfType<JsonObject>().ToList() ?? [];
        if (all.Count(v => v["storage"].Bool() == true) != 1)
        {
            errors.Add(
                FieldError.Invalid(
                    "spec.versions",
                    versions?.DeepClone(),
                    "must have exactly one version marked as storage version"
                )
            );
        }
        for (var i = 0; i < all.Count; i++)
        {
            var path = $"spec.versions[{i}].schema.openAPIV3Schema";
            if (all[i].Object("schema").Object("openAPIV3Schema") is not { } schema)
            {
                errors.Add(FieldError.Required(path, "schemas are required"));
            }
            else if (schema.Text("type") != "object")
            {
                errors.Add(
                    FieldError.Invalid(
                        $"{path}.type",
                        schema["type"]?.DeepClone(),
                        "must be object at the root"
                    )
                );
            }
            else
            {
                StructuralRules.Validate(schema, path, errors);
            }
        }
    }

    private static void ValidateImmutable(JsonObject spec, JsonObject old, List<FieldError> errors)
    {
        if (spec.Text("scope") != old.Text("scope"))
        {
            errors.Add(FieldError.Invalid("spec.scope", spec["scope"]?.DeepClone(), "field is immutable"));
        }
        if (spec.Object("names").Text("kind") != old.Object("names").Text("kind"))
        {
            errors.Add(
                FieldError.Invalid(
                    "spec.names.kind",
                    spec.Object("names")!["kind"]?.DeepClone(),
                    "field is immutable"
                )
            );
        }
    }
}
