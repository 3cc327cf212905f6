using System.Text.Json.Nodes;
using LlmOperator.ApiServer.BuiltIns;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Schemas;

namespace LlmOperator.ApiServer.Writing;

/// <summary>Prunes, defaults and validates an object on its way into the store.</summary>
internal static class ObjectAdmission
{
    /// <returns>What the client should be warned of.</returns>
    /// <exception cref="ApiException">The object is refused.</exception>
    public static IReadOnlyList<string> Admit(
        JsonObject item,
        JsonObject? old,
        ResourceType type,
        WriteOptions options
    )
    {
        var unknown = SchemaPruner.PruneObject(item, type.Schema, BuiltInDefinitions.Metadata);
        if (unknown.Count > 0 && options.FieldValidation == FieldValidation.Strict)
        {
            throw UnknownFields.Refuse(unknown, type, options);
        }
        SchemaDefaulter.Apply(item, type.Schema);
        MetadataCleaning.Clean(item.Ensure("metadata"));
        if (!type.IsCustom)
        {
            MetadataCleaning.RemoveNulls(item);
        }
        type.Rules.Prepare(item, old);
        var errors = new List<FieldError>();
        MetadataValidator.Validate(item.Object("metadata")!, old.Object("metadata"), type, errors);
        SchemaValidator.ValidateObject(item, type.Schema, errors);
        if (errors.Count == 0)
        {
            type.Rules.Validate(item, old, errors);
        }
        if (errors.Count > 0)
        {
            throw ApiErrors.Invalid(type, item.Object("metadata").Text("name")!, errors);
        }
        return Warnings(unknown, type, options);
    }

    private static List<string> Warnings(
        IReadOnlyList<string> unknown,
        ResourceType type,
        WriteOptions options
    )
    {
        var warnings = new List<string>();
        if (options.FieldValidation == FieldValidation.Warn)
        {
            warnings.AddRange(unknown.Select(UnknownFields.Describe));
        }
        if (type.DeprecationWarning is { } deprecated)
        {
            warnings.Add(deprecated);
        }
        return warnings;
    }
}
