using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.BuiltIns;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Schemas;

namespace LlmOperator.ApiServer.Writing;

/// <summary>Names, labels, annotations, owner references and finalizers.</summary>
internal static class MetadataValidator
{
    /// <summary>As in apimachinery, TotalAnnotationSizeLimitB.</summary>
    private const int MostAnnotationBytes = 256 * 1024;

    public static void Validate(
        JsonObject metadata,
        JsonObject? old,
        ResourceType type,
        List<FieldError> errors
    )
    {
        SchemaValidator.Validate(metadata, BuiltInDefinitions.Metadata, "metadata", errors);
        if (errors.Count > 0)
        {
            return;
        }
        if (old is null)
        {
            var name = metadata.Text("name") ?? "";
            var problem = type.Plural == "namespaces" ? NameRules.Label(name) : NameRules.Subdomain(name);
            if (problem is not null)
            {
                errors.Add(FieldError.Invalid("metadata.name", JsonValue.Create(name), problem));
            }
        }
        ValidateLabels(metadata.Object("labels"), errors);
        ValidateAnnotations(metadata.Object("annotations"), errors);
        ValidateOwners(metadata.Array("ownerReferences"), errors);
        ValidateFinalizers(metadata, old, errors);
    }

    private static void ValidateLabels(JsonObject? labels, List<FieldError> errors)
    {
        foreach (var (key, value) in labels ?? [])
        {
            if (NameRules.QualifiedName(key) is { } keyProblem)
            {
                errors.Add(FieldError.Invalid("metadata.labels", JsonValue.Create(key), keyProblem));
            }
            if (NameRules.LabelValue(value.Text() ?? "") is { } valueProblem)
            {
                errors.Add(FieldError.Invalid("metadata.labels", value?.DeepClone(), valueProblem));
            }
        }
    }

    private static void ValidateAnnotations(JsonObject? annotations, List<FieldError> errors)
    {
        var bytes = 0;
        foreach (var (key, value) in annotations ?? [])
        {
            bytes += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value.Text() ?? "");
            if (NameRules.QualifiedName(key.ToLowerInvariant()) is { } problem)
            {
                errors.Add(FieldError.Invalid("metadata.annotations", JsonValue.Create(key), problem));
            }
        }
        if (bytes > MostAnnotationBytes)
        {
            errors.Add(FieldError.TooLong("metadata.annotations", MostAnnotationBytes));
        }
    }

    private static void ValidateOwners(JsonArray? owners, List<FieldError> errors)
    {
        foreach (var owner in (owners ?? []).OfType<JsonObject>())
        {
            // The real server's paths have no index here either.
            foreach (var field in new[] { "apiVersion", "kind", "name", "uid" })
            {
                if (string.IsNullOrEmpty(owner.Text(field)))
                {
                    errors.Add(
                        FieldError.Invalid(
                            $"metadata.ownerReferences.{field}",
                            JsonValue.Create(owner.Text(field) ?? ""),
                            field == "apiVersion" ? "version must not be empty" : "must not be empty"
                        )
                    );
                }
            }
        }
        var controllers = (owners ?? []).OfType<JsonObject>().Count(o => o["controller"].Bool() == true);
        if (controllers > 1)
        {
            errors.Add(
                FieldError.Invalid(
                    "metadata.ownerReferences",
                    owners!.DeepClone(),
                    "Only one reference can have Controller set to true"
                )
            );
        }
    }

    private static void ValidateFinalizers(JsonObject metadata, JsonObject? old, List<FieldError> errors)
    {
        var finalizers = metadata.Array("finalizers").Texts().ToList();
        foreach (var finalizer in finalizers)
        {
            if (NameRules.QualifiedName(finalizer) is { } problem)
            {
                errors.Add(FieldError.Invalid("metadata.finalizers", JsonValue.Create(finalizer), problem));
            }
        }
        if (old.Text("deletionTimestamp") is null)
        {
            return;
        }
        var added = finalizers.Except(old.Array("finalizers").Texts()).ToList();
        if (added.Count > 0)
        {
            var shown = string.Join(", ", added.Select(f => $"\"{f}\""));
            errors.Add(
                FieldError.Forbidden(
                    "metadata.finalizers",
                    $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{shown}}}"
                )
            );
        }
    }
}
