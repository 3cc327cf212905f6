using System.Reflection;
using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Api.Schema;

/// <summary>Makes CustomResourceDefinitions from the C# types of our kinds, which are the source of truth.</summary>
public static class CrdGenerator
{
    /// <summary>All kinds that have a CustomResourceDefinition, by plural name.</summary>
    public static IReadOnlyList<Type> Kinds { get; } =
    [
        .. typeof(CrdGenerator)
            .Assembly.GetTypes()
            .Where(t => t.GetCustomAttribute<KubernetesResourceAttribute>(inherit: false) is not null)
            .OrderBy(t => ResourceDefinition.For(t).Plural, StringComparer.Ordinal),
    ];

    /// <summary>
    /// The CustomResourceDefinition (apiextensions.k8s.io/v1) of a kind. Needs the documentation files of the
    /// assemblies beside the program.
    /// </summary>
    /// <param name="kind">Type with a <see cref="KubernetesResourceAttribute"/>.</param>
    /// <exception cref="InvalidOperationException">The type is no kind, or a part of it has no doc comment.</exception>
    public static JsonObject Generate(Type kind)
    {
        ResourceDefinition definition = ResourceDefinition.For(kind);
        KubernetesResourceAttribute attribute = kind.GetCustomAttribute<KubernetesResourceAttribute>()!;
        return new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = $"{definition.Plural}.{definition.Group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = definition.Group,
                ["names"] = new JsonObject
                {
                    ["kind"] = definition.Kind,
                    ["listKind"] = $"{definition.Kind}List",
                    ["plural"] = definition.Plural,
                    ["singular"] = definition.Kind.ToLowerInvariant(),
                    ["shortNames"] = Texts(attribute.ShortNames),
                    ["categories"] = Texts(attribute.Categories),
                },
                ["scope"] = definition.Scope == ResourceScope.Cluster ? "Cluster" : "Namespaced",
                ["versions"] = new JsonArray(Version(kind, definition)),
            },
        };
    }

    private static JsonObject Version(Type kind, ResourceDefinition definition)
    {
        JsonObject subresources = new() { ["status"] = new JsonObject() };
        if (kind.GetCustomAttribute<ScaleSubresourceAttribute>() is { } scale)
        {
            subresources["scale"] = new JsonObject
            {
                ["specReplicasPath"] = scale.SpecReplicasPath,
                ["statusReplicasPath"] = scale.StatusReplicasPath,
                ["labelSelectorPath"] = scale.LabelSelectorPath,
            };
        }

        return new JsonObject
        {
            ["name"] = definition.Version,
            ["served"] = true,
            ["storage"] = true,
            ["subresources"] = subresources,
            ["additionalPrinterColumns"] = new JsonArray([
                .. kind.GetCustomAttributes<PrinterColumnAttribute>().Select(Column),
            ]),
            ["schema"] = new JsonObject { ["openAPIV3Schema"] = Root(kind) },
        };
    }

    private static JsonObject Root(Type kind)
    {
        Type spec = kind.GetProperty("Spec")!.PropertyType;
        Type status = kind.GetProperty("Status")!.PropertyType;
        JsonObject specSchema = SchemaBuilder.ForObject(
            spec,
            SchemaPart.Spec,
            SchemaBuilder.Named("spec", DocComments.Of(spec))
        );
        // An absent spec is an empty one where an empty one is allowed.
        bool optional = specSchema["required"] is null && specSchema["x-kubernetes-validations"] is null;
        if (optional && SchemaAnnotations.HasDefaults(specSchema))
        {
            specSchema["default"] = new JsonObject();
        }

        JsonObject root = new() { ["description"] = DocComments.Of(kind), ["type"] = "object" };
        if (!optional)
        {
            root["required"] = new JsonArray("spec");
        }

        root["properties"] = new JsonObject
        {
            ["apiVersion"] = Text(SchemaBuilder.Named("apiVersion", "Group and version of the kind.")),
            ["kind"] = Text(SchemaBuilder.Named("kind", "Kind of the object.")),
            ["metadata"] = Metadata(kind),
            ["spec"] = specSchema,
            ["status"] = SchemaBuilder.ForObject(
                status,
                SchemaPart.Status,
                SchemaBuilder.Named("status", DocComments.Of(status))
            ),
        };
        return root;
    }

    private static JsonObject Metadata(Type kind)
    {
        JsonObject metadata = new() { ["type"] = "object" };
        if (kind.GetCustomAttribute<MaxNameLengthAttribute>() is { } name)
        {
            metadata["properties"] = new JsonObject
            {
                ["name"] = new JsonObject { ["type"] = "string", ["maxLength"] = (long)name.Length },
            };
        }

        return metadata;
    }

    private static JsonObject Column(PrinterColumnAttribute column)
    {
        JsonObject result = new()
        {
            ["name"] = column.Name,
            ["type"] = column.Type,
            ["jsonPath"] = column.JsonPath,
            ["description"] = column.Description,
        };
        if (column.Priority != 0)
        {
            result["priority"] = (long)column.Priority;
        }

        return result;
    }

    private static JsonObject Text(string description) =>
        new() { ["description"] = description, ["type"] = "string" };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
