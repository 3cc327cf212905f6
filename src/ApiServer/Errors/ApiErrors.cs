using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Resources;

namespace LlmOperator.ApiServer.Errors;

/// <summary>The refusals of the Kubernetes API with its codes, reasons and wording.</summary>
internal static class ApiErrors
{
    public static ApiException NotFound(ResourceType type, string name) =>
        new(404, "NotFound", $"{type.Storage} \"{name}\" not found", Details(type, name));

    public static ApiException NamespaceNotFound(string name) =>
        new(
            404,
            "NotFound",
            $"namespaces \"{name}\" not found",
            new JsonObject { ["name"] = name, ["kind"] = "namespaces" }
        );

    public static ApiException UnknownPath() =>
        new(404, "NotFound", "the server could not find the requested resource", []);

    public static ApiException AlreadyExists(ResourceType type, string name, bool isDeleting) =>
        new(
            409,
            "AlreadyExists",
            $"{(isDeleting ? "object is being deleted: " : "")}{type.Storage} \"{name}\" already exists",
            Details(type, name)
        );

    public static ApiException Conflict(ResourceType type, string name, string why) =>
        new(
            409,
            "Conflict",
            $"Operation cannot be fulfilled on {type.Storage} \"{name}\": {why}",
            Details(type, name)
        );

    public static ApiException Modified(ResourceType type, string name) =>
        Conflict(
            type,
            name,
            "the object has been modified; please apply your changes to the latest version and try again"
        );

    public static ApiException Forbidden(ResourceType type, string name, string why) =>
        new(403, "Forbidden", $"{type.Storage} \"{name}\" is forbidden: {why}", Details(type, name));

    public static ApiException Terminating(ResourceType type, string name, string @namespace)
    {
        var why = $"unable to create new content in namespace {@namespace} because it is being terminated";
        var details = Details(type, name);
        details["causes"] = new JsonArray(
            new JsonObject
            {
                ["reason"] = "NamespaceTerminating",
                ["message"] = $"namespace {@namespace} is being terminated",
                ["field"] = "metadata.namespace",
            }
        );
        return new(403, "Forbidden", $"{type.Storage} \"{name}\" is forbidden: {why}", details);
    }

    public static ApiException Invalid(ResourceType type, string name, IReadOnlyList<FieldError> errors)
    {
        var shown = errors.Count == 1 ? errors[0].Text : $"[{string.Join(", ", errors.Select(e => e.Text))}]";
        var details = FieldError.Details(type.Group, type.Kind, errors, name);
        var kind = type.Group.Length == 0 ? type.Kind : $"{type.Kind}.{type.Group}";
        return new(422, "Invalid", $"{kind} \"{name}\" is invalid: {shown}", details);
    }

    /// <summary>Query parameters, or the options in a body, that cannot be.</summary>
    public static ApiException InvalidOptions(string kind, IReadOnlyList<FieldError> errors)
    {
        var shown = errors.Count == 1 ? errors[0].Text : $"[{string.Join(", ", errors.Select(e => e.Text))}]";
        return new(
            422,
            "Invalid",
            $"{kind}.meta.k8s.io \"\" is invalid: {shown}",
            FieldError.Details("meta.k8s.io", kind, errors)
        );
    }

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException Expired(string message) => new(410, "Expired", message);

    public static ApiException Gone(long asked, long oldest) =>
        Expired($"too old resource version: {asked} ({oldest})");

    public static ApiException TooLargeResourceVersion(long asked, long current) =>
        new(
            504,
            "Timeout",
            $"Timeout: Too large resource version: {asked}, current: {current}",
            new JsonObject
            {
                ["causes"] = new JsonArray(
                    new JsonObject
                    {
                        ["reason"] = "ResourceVersionTooLarge",
                        ["message"] = "Too large resource version",
                    }
                ),
                ["retryAfterSeconds"] = JsonValue.Create(1L),
            }
        );

    public static ApiException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    public static ApiException UnsupportedMediaType(string sent, params string[] accepted) =>
        new(
            415,
            "UnsupportedMediaType",
            $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", accepted)} (got \"{sent}\")"
        );

    public static ApiException NotAcceptable(params string[] offered) =>
        new(
            406,
            "NotAcceptable",
            $"only the following media types are accepted: {string.Join(", ", offered)}"
        );

    public static ApiException TooLarge(long most) =>
        new(413, "RequestEntityTooLarge", $"Request entity too large: limit is {most}");

    public static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiException Internal(string message) =>
        new(500, "InternalError", $"Internal error occurred: {message}");

    public static JsonObject Details(ResourceType type, string name, string? uid = null)
    {
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }
        if (type.Group.Length > 0)
        {
            details["group"] = type.Group;
        }
        details["kind"] = type.Plural;
        if (uid is not null)
        {
            details["uid"] = uid;
        }
        return details;
    }
}
