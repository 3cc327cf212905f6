using System.Text.Json.Nodes;
using LlmOperator.ApiServer.BuiltIns;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Storage;

namespace LlmOperator.ApiServer.OpenApi;

/// <summary>Finds the schemas of kinds with their descriptions, which are not kept in memory.</summary>
internal sealed class SchemaSource(ObjectStore store)
{
    /// <summary>A copy that the caller may change.</summary>
    public JsonObject Read(ResourceType type)
    {
        if (!type.IsCustom)
        {
            return BuiltInDefinitions.Read(type.Definition!).Object("schema")!.DeepClone().AsObject();
        }
        var definition = store.Current.Find(BuiltInResources.Definitions, type.Storage.ToString());
        var schema = definition
            ?.Parse()
            .Object("spec")
            .Array("versions")
            ?.OfType<JsonObject>()
            .FirstOrDefault(v => v.Text("name") == type.Version)
            .Object("schema")
            .Object("openAPIV3Schema");
        return schema?.DeepClone().AsObject() ?? new JsonObject { ["type"] = "object" };
    }

    /// <summary>Changes when the schema may have changed.</summary>
    public string Version(ResourceType type) =>
        type.IsCustom
            ? store.Current.Find(BuiltInResources.Definitions, type.Storage.ToString()) is { } definition
                ? $"{definition.Uid}:{definition.Revision}"
                : ""
            : typeof(SchemaSource).Module.ModuleVersionId.ToString();
}
