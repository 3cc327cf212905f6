using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Storage;
using LlmOperator.ApiServer.Tables;

namespace LlmOperator.ApiServer.Requests;

/// <summary>Shows stored objects in the version and form that a client asked for.</summary>
internal sealed class ObjectView(ResourceType type, Representation representation, TableBuilder tables)
{
    /// <summary>The bytes of one object; those of the store where nothing needs to change.</summary>
    public ReadOnlyMemory<byte> Show(StoredObject item) =>
        representation.Kind == RepresentationKind.Object && IsStoredForm
            ? item.Json
            : JsonWriting.ToUtf8(Shape(Served(item)));

    /// <summary>Shapes an object that is in the served version already.</summary>
    public JsonNode Shape(JsonObject served) =>
        representation.Kind switch
        {
            RepresentationKind.Table => tables.Build(
                type,
                [served],
                served.Object("metadata").Text("resourceVersion")
            ),
            RepresentationKind.PartialMetadata => PartialMetadata(served),
            _ => served,
        };

    public JsonObject Served(StoredObject item)
    {
        var content = item.Parse();
        type.Rules.FromStorage(content, type);
        return content;
    }

    /// <summary>True when stored objects are shown as they are.</summary>
    public bool IsStoredForm => type.ApiVersion == type.StorageApiVersion;

    public static JsonObject PartialMetadata(JsonObject served) =>
        new()
        {
            ["kind"] = "PartialObjectMetadata",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = served["metadata"]?.DeepClone(),
        };
}
