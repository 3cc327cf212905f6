using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Storage;

/// <summary>One state of one object: its JSON as bytes that never change, and what is asked of it without parsing.</summary>
internal sealed class StoredObject
{
    private static readonly Dictionary<string, string> s_noLabels = [];

    public required GroupResource Resource { get; init; }

    /// <summary>Empty for objects of the cluster.</summary>
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required string Uid { get; init; }

    public required long Revision { get; init; }

    public required byte[] Json { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required IReadOnlyList<string> OwnerUids { get; init; }

    public required IReadOnlyList<string> Finalizers { get; init; }

    public required bool IsDeleting { get; init; }

    public string Key => KeyOf(Namespace, Name);

    public static string KeyOf(string @namespace, string name) =>
        @namespace.Length == 0 ? name : $"{@namespace}/{name}";

    /// <summary>A fresh copy that the caller may change.</summary>
    public JsonObject Parse() => JsonReading.ParseObject(Json);

    /// <summary>Stamps the revision into the content and freezes it.</summary>
    public static StoredObject Freeze(GroupResource resource, JsonObject content, long revision)
    {
        content.Ensure("metadata")["resourceVersion"] = revision.ToString();
        return Create(resource, content, JsonWriting.ToUtf8(content), revision);
    }

    /// <summary>Reads back what was frozen earlier.</summary>
    public static StoredObject Thaw(GroupResource resource, byte[] json)
    {
        var content = JsonReading.ParseObject(json);
        return Create(
            resource,
            content,
            json,
            long.Parse(content.Object("metadata").Text("resourceVersion")!)
        );
    }

    private static StoredObject Create(GroupResource resource, JsonObject content, byte[] json, long revision)
    {
        var metadata = content.Object("metadata")!;
        var labels = metadata.Object("labels");
        return new()
        {
            Resource = resource,
            Namespace = metadata.Text("namespace") ?? "",
            Name = metadata.Text("name")!,
            Uid = metadata.Text("uid") ?? "",
            Revision = revision,
            Json = json,
            Labels =
                labels is null || labels.Count == 0
                    ? s_noLabels
                    : labels.ToDictionary(p => p.Key, p => p.Value.Text() ?? ""),
            OwnerUids =
            [
                .. (metadata.Array("ownerReferences") ?? [])
                    .OfType<JsonObject>()
                    .Select(o => o.Text("uid"))
                    .OfType<string>(),
            ],
            Finalizers = [.. metadata.Array("finalizers").Texts()],
            IsDeleting = metadata.Text("deletionTimestamp") is not null,
        };
    }
}
