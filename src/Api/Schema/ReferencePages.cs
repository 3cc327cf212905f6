using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Api.Schema;

/// <summary>Writes one reference page a kind from its generated schema: fields, types, defaults, what they mean.</summary>
internal static class ReferencePages
{
    /// <summary>File name of a kind's page.</summary>
    public static string FileNameOf(JsonObject crd) => $"{(string)crd["spec"]!["names"]!["plural"]!}.md";

    /// <summary>The page of a kind as Markdown.</summary>
    public static string Text(JsonObject crd)
    {
        JsonObject names = crd["spec"]!["names"]!.AsObject();
        JsonObject version = crd["spec"]!["versions"]![0]!.AsObject();
        JsonObject root = version["schema"]!["openAPIV3Schema"]!.AsObject();
        StringBuilder page = new();
        page.Append("<!-- Generated from src/Api; do not edit. eng/generate writes it again. -->\n");
        page.Append($"# {names["kind"]}\n\n{root["description"]}\n\n");
        page.Append($"`apiVersion: {crd["spec"]!["group"]}/{version["name"]}`, ");
        page.Append((string?)crd["spec"]!["scope"] == "Cluster" ? "cluster-scoped" : "namespaced");
        string shortNames = string.Join(", ", names["shortNames"]!.AsArray().Select(n => $"`{n}`"));
        page.Append($", `kubectl get {names["plural"]}` (short: {shortNames}).\n");
        foreach (string part in new[] { "spec", "status" })
        {
            JsonObject schema = root["properties"]![part]!.AsObject();
            page.Append($"\n## {part}\n\n{SchemaBuilder.Unnamed(part, (string)schema["description"]!)}\n\n");
            page.Append("| field | type | default | what |\n| --- | --- | --- | --- |\n");
            AddRows(page, schema, "");
            AddRules(page, schema, part);
        }

        AddConditions(page, (string)names["kind"]!);
        return page.ToString();
    }

    // The constants of <Kind>Conditions, or of RoutingConditions for the kinds that share them, and the common reasons.
    private static void AddConditions(StringBuilder page, string kind)
    {
        Assembly assembly = typeof(ReferencePages).Assembly;
        Type own =
            assembly.GetType($"LlmOperator.Api.V1Alpha1.{kind}Conditions") ?? typeof(RoutingConditions);
        page.Append("\n## Condition types and reasons\n\n| name | what |\n| --- | --- |\n");
        foreach (FieldInfo field in new[] { own, typeof(ConditionReason) }.SelectMany(t => t.GetFields()))
        {
            page.Append($"| `{field.GetValue(null)}` | {Cell(DocComments.Of(field))} |\n");
        }
    }

    private static void AddRows(StringBuilder page, JsonObject schema, string prefix)
    {
        HashSet<string> required = [.. schema["required"]?.AsArray().Select(n => (string)n!) ?? []];
        foreach ((string name, JsonNode? node) in schema["properties"]!.AsObject())
        {
            JsonObject field = node!.AsObject();
            string path = prefix + name;
            string mark = required.Contains(name) ? " **required**" : "";
            string text =
                Cell(SchemaBuilder.Unnamed(name, (string?)field["description"] ?? "")) + Bounds(field);
            page.Append($"| `{path}`{mark} | {TypeOf(field)} | {DefaultOf(field)} | {text} |\n");
            if (field["properties"] is not null)
            {
                AddRows(page, field, path + ".");
            }
            else if (field["items"] is JsonObject items && items["properties"] is not null)
            {
                AddRows(page, items, path + "[].");
            }
        }
    }

    private static void AddRules(StringBuilder page, JsonObject schema, string part)
    {
        List<string> rules = [.. RulesOf(schema, part).Distinct()];
        if (rules.Count > 0)
        {
            page.Append("\nRules across fields:\n\n").AppendJoin("", rules.Select(r => $"- {r}\n"));
        }
    }

    private static IEnumerable<string> RulesOf(JsonObject schema, string path)
    {
        IEnumerable<string> own =
            schema["x-kubernetes-validations"]?.AsArray().Select(r => $"`{path}`: {(string)r!["message"]!}.")
            ?? [];
        IEnumerable<string> nested =
            schema["properties"]?.AsObject().SelectMany(p => RulesOf(p.Value!.AsObject(), $"{path}.{p.Key}"))
            ?? [];
        IEnumerable<string> items = schema["items"] is JsonObject item ? RulesOf(item, path + "[]") : [];
        return own.Concat(nested).Concat(items);
    }

    private static string TypeOf(JsonObject field)
    {
        if (field["x-kubernetes-int-or-string"] is not null)
        {
            return "quantity";
        }

        string type = (string)field["type"]!;
        return type switch
        {
            "array" => $"list of {TypeOf(field["items"]!.AsObject())}",
            "object" when field["additionalProperties"] is not null => "map of string",
            "string" when field["enum"] is not null => "enum",
            "string" when (string?)field["pattern"] == Kubernetes.Meta.Duration.Pattern => "duration",
            "string" when (string?)field["format"] == "date-time" => "time",
            "integer" => (string)field["format"]!,
            _ => type,
        };
    }

    private static string DefaultOf(JsonObject field) =>
        field["default"] is { } value and not JsonObject ? $"`{value}`" : "";

    private static string Bounds(JsonObject field) =>
        (field["minimum"], field["maximum"]) switch
        {
            ({ } minimum, { } maximum) => $" From {minimum} to {maximum}.",
            ({ } minimum, null) when (long)minimum > 0 => $" At least {minimum}.",
            _ => "",
        };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
