using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOperator.Api.Schema;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Api.Tests.Schema;

/// <summary>What the server fills in and what a C# object begins with must be the same.</summary>
public sealed class DefaultValueTests
{
    [Fact]
    public void DefaultValue_OfEveryProperty_IsItsInitialValue()
    {
        List<string> differences = [];
        foreach (Type type in SpecTypes())
        {
            object instance = Activator.CreateInstance(type)!;
            foreach (PropertyInfo property in SchemaBuilder.PropertiesOf(type))
            {
                JsonNode? initial = JsonSerializer.SerializeToNode(
                    property.GetValue(instance),
                    property.PropertyType,
                    KubernetesJson.Options
                );
                JsonNode? declared = SchemaAnnotations.DefaultOf(property);
                if (IsScalar(property) && initial?.ToJsonString() != declared?.ToJsonString())
                {
                    differences.Add(
                        $"{type.Name}.{property.Name}: [DefaultValue] {declared}, initially {initial}"
                    );
                }
            }
        }

        Assert.Empty(differences);
    }

    [Fact]
    public void Schema_ListsOwnedAsAWhole_HaveNoDefaultsInTheirItems()
    {
        foreach (JsonObject crd in CrdGenerator.Kinds.Select(CrdGenerator.Generate))
        {
            JsonObject root = crd["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject();
            Assert.All(
                SchemaWalk.Fields(root).Where(f => (string?)f.Schema["x-kubernetes-list-type"] == "atomic"),
                f =>
                    Assert.DoesNotContain(
                        "\"default\":",
                        f.Schema["items"]!.ToJsonString(),
                        StringComparison.Ordinal
                    )
            );
        }
    }

    // Texts that are required, lists and nested objects have no default of their own.
    private static bool IsScalar(PropertyInfo property) =>
        (property.PropertyType.IsValueType || property.PropertyType == typeof(string))
        && !SchemaBuilder.IsRequired(property)
        && !s_zero.Contains(property.Name);

    // Zero is what a sum begins with; the server need not write it.
    private static readonly HashSet<string> s_zero =
    [
        "SizeBytes",
        "WeightsBytes",
        "KvCacheBytes",
        "ComputeBytes",
        "OverheadBytes",
        "TotalBytes",
    ];

    private static HashSet<Type> SpecTypes()
    {
        HashSet<Type> types = [];
        foreach (Type kind in CrdGenerator.Kinds)
        {
            Collect(kind.GetProperty("Spec")!.PropertyType, types);
        }

        return types;
    }

    private static void Collect(Type type, HashSet<Type> types)
    {
        Type element = SchemaBuilder.ItemOf(type) ?? type;
        if (element.Namespace == "LlmOperator.Api.V1Alpha1" && element.IsClass && types.Add(element))
        {
            foreach (PropertyInfo property in SchemaBuilder.PropertiesOf(element))
            {
                Collect(property.PropertyType, types);
            }
        }
    }

    [Fact]
    public void QuantityPattern_AgreesWithTheParser()
    {
        string[] texts =
        [
            "0",
            "24Gi",
            "1.5Gi",
            "500M",
            "12k",
            "1Pi",
            "",
            "Gi",
            "-1",
            "1e3",
            "1 Gi",
            "1.Gi",
            "1m",
        ];
        Assert.All(
            texts,
            text =>
                Assert.True(
                    !System.Text.RegularExpressions.Regex.IsMatch(text, SchemaConstants.QuantityPattern)
                        || Quantity.TryParse(text, out _),
                    text
                )
        );
    }
}
