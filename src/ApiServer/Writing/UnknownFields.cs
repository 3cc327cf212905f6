using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.Writing;

/// <summary>What is said about fields that nobody knows.</summary>
internal static class UnknownFields
{
    public static string Describe(string path) => $"unknown field \"{path}\"";

    /// <summary>The answer of strict field validation, which differs by the kind of write.</summary>
    public static ApiException Refuse(IReadOnlyList<string> paths, ResourceType type, WriteOptions options) =>
        Refuse(string.Join(", ", paths.Select(Describe)), type, options.Patch);

    public static ApiException RefuseDuplicates(
        IEnumerable<string> paths,
        ResourceType type,
        WriteOptions options
    ) => Refuse(string.Join(", ", paths.Select(p => $"duplicate field \"{p}\"")), type, options.Patch);

    private static ApiException Refuse(string what, ResourceType type, string? patch)
    {
        var problem = $"strict decoding error: {what}";
        if (patch is null)
        {
            return ApiErrors.BadRequest(
                $"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: {problem}"
            );
        }
        var error = FieldError.Invalid("patch", JsonValue.Create(patch), problem);
        return new(
            422,
            "Invalid",
            $" \"\" is invalid: {error.Text}",
            new JsonObject
            {
                ["causes"] = new JsonArray(
                    new JsonObject
                    {
                        ["reason"] = error.Reason,
                        ["message"] = error.Message,
                        ["field"] = error.Field,
                    }
                ),
            }
        );
    }
}
