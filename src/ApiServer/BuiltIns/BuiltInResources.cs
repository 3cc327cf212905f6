using LlmOperator.ApiServer.CustomResources;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Schemas;
using LlmOperator.ApiServer.Storage;

namespace LlmOperator.ApiServer.BuiltIns;

/// <summary>The kinds that are served without a CRD.</summary>
internal static class BuiltInResources
{
    public static GroupResource Namespaces { get; } = new("", "namespaces");

    public static GroupResource Definitions { get; } =
        new("apiextensions.k8s.io", "customresourcedefinitions");

    /// <summary>The names of the files in <c>Definitions/</c>, and what the kinds do beyond their schemas.</summary>
    private static readonly (string Definition, IResourceRules Rules)[] s_kinds =
    [
        ("Namespace", new NamespaceRules()),
        ("Node", new NoGenerationRules()),
        ("Secret", new SecretRules()),
        ("ConfigMap", new ConfigMapRules()),
        ("ServiceAccount", new NoGenerationRules()),
        ("Event", new EventRules()),
        ("EventV1", new EventRules()),
        ("Lease", new NoGenerationRules()),
        ("CustomResourceDefinition", new DefinitionRules()),
    ];

    public static IReadOnlyList<ResourceType> Load() => [.. s_kinds.Select(k => Read(k.Definition, k.Rules))];

    private static ResourceType Read(string definition, IResourceRules rules)
    {
        var json = BuiltInDefinitions.Read(definition);
        var group = json.Text("group")!;
        var version = json.Text("version")!;
        var plural = json.Text("plural")!;
        var kind = json.Text("kind")!;
        var storage = json.Text("storage") is { } other ? GroupResource.Parse(other) : new(group, plural);
        return new()
        {
            Group = group,
            Version = version,
            Plural = plural,
            Singular = json.Text("singular")!,
            Kind = kind,
            ListKind = $"{kind}List",
            Namespaced = json["namespaced"].Bool()!.Value,
            HasStatus = json["status"].Bool()!.Value,
            ShortNames = [.. json.Array("shortNames").Texts()],
            Categories = [.. json.Array("categories").Texts()],
            Columns = PrinterColumnReader.Read(json.Array("columns")),
            SelectableFields = [.. json.Array("selectableFields").Texts()],
            Schema = SchemaReader.Read(json.Object("schema")!),
            Storage = storage,
            // Only events are served in two groups; they are stored as the core group has them.
            StorageApiVersion = storage.Group == group && group.Length > 0 ? $"{group}/{version}" : version,
            Rules = rules,
            Definition = definition,
        };
    }
}
