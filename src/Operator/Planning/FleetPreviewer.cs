using LlmOperator.Api.V1Alpha1;
using LlmOperator.Artifacts;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;
using LlmOperator.Operator.Fleet;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.ModelCatalogs;

namespace LlmOperator.Operator.Planning;

/// <summary>Makes previews: reads the headers of the models and plans as the operator does. Nothing is written.</summary>
/// <param name="options">Options of the operator: sources, and how long replicas stay.</param>
/// <param name="secrets">Reads the Secrets that sources name; null when there is no cluster.</param>
/// <param name="time">Clock.</param>
public sealed class FleetPreviewer(OperatorOptions options, IKubernetesClient? secrets, TimeProvider time)
{
    /// <summary>What the operator would do with these objects.</summary>
    /// <param name="objects">The fleet.</param>
    /// <param name="cancellationToken">Cancels the reading of headers.</param>
    public async Task<FleetPreview> PreviewAsync(FleetObjects objects, CancellationToken cancellationToken)
    {
        using GuardedHttp http = new(options.Sources, time);
        ModelInspector inspector = new(
            new SourceResolver(http, options.Sources, time),
            new RangeClient(http, options.Sources, time),
            new SourceSecrets(secrets, options.Sources),
            time
        );
        CatalogIndex catalogs = new(objects.Catalogs);
        InspectionBoard board = new();
        Dictionary<string, string> problems = [];
        foreach (LlmModel model in objects.Models)
        {
            if (await InspectAsync(inspector, board, catalogs, model, cancellationToken) is { } problem)
            {
                problems[model.Key.ToString()] = problem;
            }
        }

        FleetView view = new FleetViews(board, options).Of(
            objects.Models,
            objects.Nodes,
            objects.Replicas,
            catalogs,
            time.GetUtcNow()
        );
        return PreviewBuilder.Build(view, problems);
    }

    // The sentence to show when a model cannot be planned; null when it can.
    private async Task<string?> InspectAsync(
        ModelInspector inspector,
        InspectionBoard board,
        CatalogIndex catalogs,
        LlmModel model,
        CancellationToken cancellationToken
    )
    {
        Acceptance acceptance = LlmModelAcceptance.Check(model.Spec, catalogs, options.AllowFileSources);
        if (acceptance is not Acceptance.Accepted accepted)
        {
            return ((Acceptance.Refused)acceptance).Message;
        }

        try
        {
            List<InspectedVariant> variants = [];
            foreach (SourceVariant variant in accepted.Variants)
            {
                variants.Add(await inspector.InspectAsync(model, variant, cancellationToken));
            }

            board.Set(model.Key, accepted, new Inspection.Done(variants));
            return null;
        }
        catch (Exception e) when (e is ModelSourceException or InvalidModelException or IOException)
        {
            return e.Message;
        }
    }
}
