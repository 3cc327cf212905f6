using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Deploy.Tests.Chart;

/// <summary>The objects that the chart makes.</summary>
internal sealed class Rendering
{
    public const string Release = "llm-operator";
    public const string Namespace = "llm-system";
    public static readonly string Folder = Repository.PathOf("deploy", "helm", "llm-operator");

    private Rendering(IReadOnlyList<JsonObject> objects) => Objects = objects;

    public IReadOnlyList<JsonObject> Objects { get; }

    /// <summary>Renders as <c>helm template</c> does, with further arguments.</summary>
    public static async Task<Rendering> OfAsync(params IReadOnlyList<string> arguments)
    {
        (int code, string output, string errors) = await TemplateAsync(arguments);
        Assert.True(code == 0, errors);
        return new Rendering(KubernetesYaml.ReadAll(output, "chart"));
    }

    public static Task<(int Code, string Output, string Errors)> TemplateAsync(
        params IReadOnlyList<string> arguments
    ) =>
        Tools.RunAsync(
            Tools.RequireHelm(),
            ["template", Release, Folder, "--namespace", Namespace, .. arguments]
        );

    public IEnumerable<JsonObject> OfKind(string kind) => Objects.Where(o => (string?)o["kind"] == kind);

    public JsonObject Get(string kind, string name) =>
        Assert.Single(OfKind(kind), o => (string?)o["metadata"]!["name"] == name);

    /// <summary>Every pod that is made, with the name of what makes it.</summary>
    public IEnumerable<(string Name, JsonObject Spec)> Pods() =>
        from o in Objects
        let spec = (string?)o["kind"] == "Pod" ? o["spec"] : o["spec"]?["template"]?["spec"]
        where spec is not null && (string?)o["kind"] != "CustomResourceDefinition"
        select ((string)o["metadata"]!["name"]!, spec.AsObject());
}
