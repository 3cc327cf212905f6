using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LlmOperator.Api.Schema;

/// <summary>
/// Reads summaries from the documentation files that the compiler writes beside the assemblies. Only the generator
/// needs them; a running product reads the generated manifests.
/// </summary>
internal static partial class DocComments
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, string>> s_files = new();

    /// <summary>Summary of a type, as one line.</summary>
    public static string Of(Type type) => Find(type.Assembly, $"T:{type.FullName}");

    /// <summary>Summary of a property or an enum value, as one line.</summary>
    public static string Of(MemberInfo member)
    {
        Type owner = member.DeclaringType!.IsGenericType
            ? member.DeclaringType.GetGenericTypeDefinition()
            : member.DeclaringType;
        char prefix = member is PropertyInfo ? 'P' : 'F';
        return Find(owner.Assembly, $"{prefix}:{owner.FullName}.{member.Name}");
    }

    private static string Find(Assembly assembly, string id) =>
        s_files.GetOrAdd(assembly, Read).TryGetValue(id, out string? text)
            ? text
            : throw new InvalidOperationException(
                $"{id} has no doc comment; write one, it becomes the description."
            );

    private static Dictionary<string, string> Read(Assembly assembly)
    {
        string path = Path.Combine(AppContext.BaseDirectory, $"{assembly.GetName().Name}.xml");
        return XDocument
            .Load(path)
            .Descendants("member")
            .Where(m => m.Element("summary") is not null)
            .ToDictionary(m => m.Attribute("name")!.Value, m => Flatten(m.Element("summary")!));
    }

    private static string Flatten(XElement summary)
    {
        StringBuilder text = new();
        foreach (XNode node in summary.Nodes())
        {
            text.Append(
                node switch
                {
                    XText plain => plain.Value,
                    XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                    XElement { Name.LocalName: "see" } see => $"`{Reference(see)}`",
                    XElement other => other.Value,
                    _ => "",
                }
            );
        }

        return Space().Replace(text.ToString(), " ").Trim();
    }

    // "P:LlmOperator.Api.V1Alpha1.HuggingFaceModelSource.Quantization" is the field "quantization"; "T:…" a type's name.
    private static string Reference(XElement see)
    {
        string id = see.Attribute("cref")?.Value ?? see.Attribute("langword")?.Value ?? "";
        string name = id[(id.LastIndexOf('.') + 1)..];
        return id.StartsWith("P:", StringComparison.Ordinal)
            ? JsonNamingPolicy.CamelCase.ConvertName(name)
            : name;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
