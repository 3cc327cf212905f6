using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.Writing;

/// <summary>Checks that a body is about the object that the path names.</summary>
internal static class Identity
{
    /// <summary>The alphabet of generated names: no vowels, so that no words arise.</summary>
    private const string SuffixAlphabet = "bcdfghjklmnpqrstvwxz2456789";

    public static void CheckKind(JsonObject item, ResourceType type)
    {
        var kind = item.Text("kind");
        var version = item.Text("apiVersion");
        if (string.IsNullOrEmpty(kind) && string.IsNullOrEmpty(version))
        {
            item["apiVersion"] = type.ApiVersion;
            item["kind"] = type.Kind;
            return;
        }
        if (string.IsNullOrEmpty(kind))
        {
            throw ApiErrors.BadRequest("Object 'Kind' is missing in the body of the request");
        }
        if (kind != type.Kind || version != type.ApiVersion)
        {
            throw ApiErrors.BadRequest(
                $"{kind} in version \"{version}\" cannot be handled as a {type.Kind}: no kind \"{kind}\" is registered for version \"{version}\" at this path; expected {type.ApiVersion}, Kind={type.Kind}"
            );
        }
    }

    /// <summary>Sets namespace and name of a new object.</summary>
    public static void Complete(JsonObject metadata, ResourceType type, string @namespace)
    {
        var own = metadata.Text("namespace") ?? "";
        if (!type.Namespaced)
        {
            if (own.Length > 0)
            {
                metadata.Remove("namespace");
            }
        }
        else if (own.Length > 0 && own != @namespace)
        {
            throw ApiErrors.BadRequest(
                "the namespace of the provided object does not match the namespace sent on the request"
            );
        }
        else
        {
            metadata["namespace"] = @namespace;
        }
        if (string.IsNullOrEmpty(metadata.Text("name")))
        {
            var prefix = metadata.Text("generateName");
            if (string.IsNullOrEmpty(prefix))
            {
                throw ApiErrors.Invalid(
                    type,
                    "",
                    [FieldError.Required("metadata.name", "name or generateName is required")]
                );
            }
            metadata["name"] =
                prefix[..Math.Min(prefix.Length, 248)] + RandomNumberGenerator.GetString(SuffixAlphabet, 5);
        }
    }

    /// <summary>Checks the name, the UID and the resource version of a changed object.</summary>
    public static void CheckUnchanged(
        JsonObject metadata,
        JsonObject old,
        ResourceType type,
        WriteOptions options
    )
    {
        var name = old.Text("name")!;
        var given = metadata.Text("name") ?? "";
        if (given != name)
        {
            throw ApiErrors.BadRequest(
                $"the name of the object ({given}) does not match the name on the URL ({name})"
            );
        }
        if (metadata.Text("namespace") is { Length: > 0 } space && space != (old.Text("namespace") ?? ""))
        {
            throw ApiErrors.BadRequest(
                $"the namespace of the object ({space}) does not match the namespace on the request ({old.Text("namespace")})"
            );
        }
        if (metadata.Text("uid") is { Length: > 0 } uid && uid != old.Text("uid"))
        {
            throw ApiErrors.Conflict(
                type,
                name,
                $"Precondition failed: UID in precondition: {uid}, UID in object meta: {old.Text("uid")}"
            );
        }
        var version = metadata.Text("resourceVersion") ?? "";
        if (version.Length == 0 && options.RequiresResourceVersion && type.IsCustom)
        {
            throw ApiErrors.Invalid(
                type,
                name,
                [
                    new(
                        "FieldValueInvalid",
                        "metadata.resourceVersion",
                        "Invalid value: 0: must be specified for an update"
                    ),
                ]
            );
        }
        if (version.Length > 0 && version != "0" && version != old.Text("resourceVersion"))
        {
            throw ApiErrors.Modified(type, name);
        }
    }
}
