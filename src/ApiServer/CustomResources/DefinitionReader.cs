using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Schemas;
using LlmOperator.ApiServer.Storage;

namespace LlmOperator.ApiServer.CustomResources;

/// <summary>Makes the served kinds that a CRD declares.</summary>
internal static class DefinitionReader
{
    private static readonly PrinterColumn s_name = new("Name", "string", ".metadata.name", "name");
    private static readonly PrinterColumn s_age = new("Age", "date", ".metadata.creationTimestamp");

    public static IReadOnlyList<ResourceType> Read(JsonObject definition)
    {
        var spec = definition.Object("spec")!;
        var versions = spec.Array("versions")!.OfType<JsonObject>().ToList();
        var storage = versions.First(v => v["storage"].Bool() == true).Text("name")!;
        return
        [
            .. versions.Where(v => v["served"].Bool() == true).Select(v => ReadVersion(spec, v, storage)),
        ];
    }

    private static ResourceType ReadVersion(JsonObject spec, JsonObject version, string storage)
    {
        var names = spec.Object("names")!;
        var group = spec.Text("group")!;
        var kind = names.Text("kind")!;
        var plural = names.Text("plural")!;
        var subresources = version.Object("subresources");
        var schema = version.Object("schema").Object("openAPIV3Schema");
        var name = version.Text("name")!;
        return new()
        {
            Group = group,
            Version = name,
            Plural = plural,
            Singular = names.Text("singular") ?? kind.ToLowerInvariant(),
            Kind = kind,
            ListKind = names.Text("listKind") ?? $"{kind}List",
            Namespaced = spec.Text("scope") == "Namespaced",
            HasStatus = subresources?.ContainsKey("status") ?? false,
            Scale = ReadScale(subresources.Object("scale")),
            ShortNames = [.. names.Array("shortNames").Texts()],
            Categories = [.. names.Array("categories").Texts()],
            Columns = ReadColumns(version.Array("additionalPrinterColumns")),
            SelectableFields =
            [
                .. (version.Array("selectableFields") ?? [])
                    .OfType<JsonObject>()
                    .Select(f => (f.Text("jsonPath") ?? "").TrimStart('.')),
            ],
            Schema = schema is null ? Schema.Anything : SchemaReader.Read(schema),
            Storage = new GroupResource(group, plural),
            StorageApiVersion = $"{group}/{storage}",
            Rules = ResourceRules.Plain,
            IsCustom = true,
            DeprecationWarning =
                version["deprecated"].Bool() == true
                    ? version.Text("deprecationWarning") ?? $"{group}/{name} {kind} is deprecated"
                    : null,
        };
    }

    private static IReadOnlyList<PrinterColumn> ReadColumns(JsonArray? columns)
    {
        var own = PrinterColumnReader.Read(columns);
        return own.Count == 0 ? [s_name, s_age] : [s_name, .. own];
    }

    private static ScalePaths? ReadScale(JsonObject? scale) =>
        scale is null
            ? null
            : new(
                scale.Text("specReplicasPath") ?? "",
                scale.Text("statusReplicasPath") ?? "",
                scale.Text("labelSelectorPath")
            );
}
