using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.Planning;

namespace LlmOperator.Cli.Planning;

/// <summary>Why an object is as it is: from its status, and from a plan made now.</summary>
internal sealed record Explanation
{
    /// <summary>Kind of the object.</summary>
    public required string Kind { get; init; }

    /// <summary>Its name, with the namespace where it has one.</summary>
    public required string Name { get; init; }

    /// <summary>Conditions of its status.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>Devices, of a node.</summary>
    public IReadOnlyList<NodeDevice> Devices { get; init; } = [];

    /// <summary>The model that is asked about; for a node every model, each with this node alone.</summary>
    public IReadOnlyList<PreviewedModel> Models { get; init; } = [];

    /// <summary>Makes it.</summary>
    /// <exception cref="CliException">There is no such object, or its kind is not explained.</exception>
    public static Explanation Of(string kind, ObjectKey key, FleetObjects objects, FleetPreview preview)
    {
        switch (kind.ToLowerInvariant().Split('.')[0])
        {
            case "llmmodel" or "llmmodels" or "lm":
                LlmModel model = Find(objects.Models, "LlmModel", key);
                return new Explanation
                {
                    Kind = "LlmModel",
                    Name = key.ToString(),
                    Conditions = model.Status?.Conditions ?? [],
                    Models = [.. preview.Models.Where(m => m.Model == key.ToString())],
                };
            case "modelreplica" or "modelreplicas" or "mr":
                ModelReplica replica = Find(objects.Replicas, "ModelReplica", key);
                string owner = new ObjectKey(key.Namespace, replica.Spec.ModelName).ToString();
                return new Explanation
                {
                    Kind = "ModelReplica",
                    Name = key.ToString(),
                    Conditions = replica.Status?.Conditions ?? [],
                    Models = On(preview.Models.Where(m => m.Model == owner), replica.Spec.NodeName),
                };
            case "llmnode" or "llmnodes" or "ln":
                LlmNode node = Find(objects.Nodes, "LlmNode", new ObjectKey(null, key.Name));
                return new Explanation
                {
                    Kind = "LlmNode",
                    Name = key.Name,
                    Conditions = node.Status?.Conditions ?? [],
                    Devices = node.Status?.Devices ?? [],
                    Models = On(preview.Models, key.Name),
                };
            default:
                throw new CliException(
                    $"Objects of kind \"{kind}\" are not explained; ask about llmmodel/NAME, llmnode/NAME or modelreplica/NAME.",
                    exitCode: 2
                );
        }
    }

    private static T Find<T>(IReadOnlyList<T> objects, string kind, ObjectKey key)
        where T : KubernetesObject =>
        objects.FirstOrDefault(o => o.Key == key)
        ?? throw new CliException(
            $"There is no {kind} {key}; there are {string.Join(", ", objects.Select(o => o.Key.ToString()).DefaultIfEmpty("none"))}."
        );

    private static IReadOnlyList<PreviewedModel> On(IEnumerable<PreviewedModel> models, string node) =>
        [.. models.Select(m => m with { Nodes = [.. m.Nodes.Where(n => n.Node == node)] })];
}
