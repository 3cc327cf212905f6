using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Kubernetes.Resources;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Kubernetes.Client;

/// <summary>Bodies of the calls, as raw UTF-8 (C41).</summary>
internal static class RequestBodies
{
    private const string Json = "application/json";
    private const string Apply = "application/apply-patch+yaml";

    // What the server sets; sending it back would claim it or, for managedFields, be refused.
    private static readonly string[] s_serverSet =
    [
        "managedFields",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
    ];

    /// <summary>The whole object, for create and replace.</summary>
    public static ByteArrayContent OfObject(ResourceDefinition resource, KubernetesObject obj) =>
        Content(Document(resource, obj), Json);

    /// <summary>The object for server-side apply: all but the status and what the server sets.</summary>
    public static ByteArrayContent OfApply(ResourceDefinition resource, KubernetesObject obj)
    {
        JsonObject document = Document(resource, obj);
        document.Remove("status");
        JsonObject metadata = document["metadata"]!.AsObject();
        foreach (string field in s_serverSet)
        {
            metadata.Remove(field);
        }

        return Content(document, Apply);
    }

    /// <summary>Identity and status for server-side apply of the status; the UID keeps it off a recreated object.</summary>
    public static ByteArrayContent OfApplyStatus(ResourceDefinition resource, KubernetesObject obj)
    {
        JsonObject whole = Document(resource, obj);
        JsonObject metadata = new() { ["name"] = obj.Key.Name };
        if (obj.Key.Namespace is { } ns)
        {
            metadata["namespace"] = ns;
        }

        if (obj.Metadata.Uid is { } uid)
        {
            metadata["uid"] = uid;
        }

        JsonObject document = new()
        {
            ["apiVersion"] = resource.ApiVersion,
            ["kind"] = resource.Kind,
            ["metadata"] = metadata,
            ["status"] = whole["status"]?.DeepClone() ?? new JsonObject(),
        };
        return Content(document, Apply);
    }

    public static ByteArrayContent OfPatch(Patch patch) =>
        patch switch
        {
            Patch.Merge merge => Content(merge.Document, "application/merge-patch+json"),
            Patch.Json json => Content(json.Operations, "application/json-patch+json"),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    public static ByteArrayContent OfDelete(DeleteOptions options)
    {
        JsonObject document = new()
        {
            ["kind"] = nameof(DeleteOptions),
            ["apiVersion"] = "v1",
            ["propagationPolicy"] = options.PropagationPolicy.ToString(),
        };
        JsonObject preconditions = [];
        if (options.PreconditionUid is { } uid)
        {
            preconditions["uid"] = uid;
        }

        if (options.PreconditionResourceVersion is { } version)
        {
            preconditions["resourceVersion"] = version;
        }

        if (preconditions.Count > 0)
        {
            document["preconditions"] = preconditions;
        }

        if (options.DryRun)
        {
            document["dryRun"] = new JsonArray("All");
        }

        return Content(document, Json);
    }

    // Serialized by its run-time type: the static type may be a base.
    private static JsonObject Document(ResourceDefinition resource, KubernetesObject obj) =>
        KubernetesJson.ToNode<object>(obj with { ApiVersion = resource.ApiVersion, Kind = resource.Kind });

    private static ByteArrayContent Content(JsonNode document, string mediaType) =>
        new(KubernetesJson.ToUtf8(document))
        {
            Headers = { ContentType = new MediaTypeHeaderValue(mediaType) },
        };
}
