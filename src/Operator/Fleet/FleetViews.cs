using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Ownership;
using LlmOperator.Controllers.Status;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.ModelCatalogs;
using LlmOperator.Operator.Placement;
using LlmOperator.Operator.Replicas;
using DevicePreference = LlmOperator.Operator.Placement.DevicePreference;

namespace LlmOperator.Operator.Fleet;

/// <summary>Makes a view of the fleet from objects and inspections. Pure but for the board that it reads.</summary>
internal sealed class FleetViews(InspectionBoard board, OperatorOptions options)
{
    /// <summary>The fleet as it is.</summary>
    public FleetView Of(
        IReadOnlyList<LlmModel> models,
        IReadOnlyList<LlmNode> nodes,
        IReadOnlyList<ModelReplica> replicas,
        CatalogIndex catalogs,
        DateTimeOffset now
    )
    {
        List<ModelView> views = [.. models.Where(m => !m.IsBeingDeleted).Select(m => ViewOf(m, catalogs))];
        HashSet<string> owned = [];
        List<PlacementModel> placed = [.. views.Select(v => ToPlacement(v, replicas, owned))];
        return new FleetView
        {
            Models = views.ToDictionary(v => v.Model.Key.ToString()),
            Replicas = replicas,
            NextLoss = nodes.Min(n => NodeViews.UntilLost(n, options.NodeLostAfter, now)),
            Snapshot = new PlacementSnapshot
            {
                Nodes = [.. nodes.Select(n => NodeViews.Of(n, options.NodeLostAfter, now))],
                Models = placed,
                Orphans =
                [
                    .. replicas
                        .Where(r => !owned.Contains(r.Key.ToString()))
                        .Select(r => ToPlacement(r) with { IsDeleting = true }),
                ],
            },
        };
    }

    private ModelView ViewOf(LlmModel model, CatalogIndex catalogs)
    {
        Dictionary<string, LoadChoice> none = [];
        if (
            LlmModelAcceptance.Check(model.Spec, catalogs, options.AllowFileSources)
                is not Acceptance.Accepted accepted
            || board.Find(model.Key, accepted) is not Inspection.Done inspection
        )
        {
            return new ModelView(model, none, null);
        }

        try
        {
            // Equal identities (a context clamped twice to the same length) are one choice.
            Dictionary<string, LoadChoice> choices = LoadChoices
                .Of(model.Spec, inspection.Variants)
                .DistinctBy(c => c.Candidate.Id)
                .ToDictionary(c => c.Candidate.Id);
            return new ModelView(model, choices, null);
        }
        catch (UnsupportedArchitectureException e)
        {
            return Unusable(LlmModelConditions.UnsupportedArchitecture, e);
        }
        catch (InvalidLoadParametersException e)
        {
            return Unusable(ConditionReason.InvalidSpec, e);
        }
        catch (InvalidModelException e)
        {
            return Unusable(LlmModelConditions.InvalidModelFile, e);
        }

        ModelView Unusable(string reason, Exception e) =>
            new(model, none, new Inspection.Failed(reason, e.Message, IsTerminal: true));
    }

    private static PlacementModel ToPlacement(
        ModelView view,
        IReadOnlyList<ModelReplica> replicas,
        HashSet<string> owned
    )
    {
        LlmModel model = view.Model;
        List<PlacementReplica> existing = [];
        foreach (ModelReplica replica in replicas.Where(r => IsOf(r, model)))
        {
            owned.Add(replica.Key.ToString());
            // A replica of a model that was deleted and made again only holds its node until it is gone.
            bool isOurs = OwnerReferences.IsControlledBy(replica, model);
            existing.Add(ToPlacement(replica) with { IsDeleting = replica.IsBeingDeleted || !isOurs });
        }

        return new PlacementModel
        {
            Key = model.Key.ToString(),
            Priority = model.Spec.Placement.Priority,
            Age = model.Metadata.CreationTimestamp?.ToUnixTimeSeconds() ?? long.MaxValue,
            Replicas = model.Spec.Placement.Replicas,
            NodeSelector = model.Spec.Placement.NodeSelector ?? new Dictionary<string, string>(),
            Devices = Enum.Parse<DevicePreference>(model.Spec.Placement.Devices.ToString()),
            Engine = model.Spec.Engine.Kind.ToString(),
            Candidates = [.. view.Choices.Values.Select(c => c.Candidate)],
            IsUnknown = view.Choices.Count == 0,
            Existing = existing,
        };
    }

    private static PlacementReplica ToPlacement(ModelReplica replica) =>
        new()
        {
            Node = replica.Spec.NodeName,
            CandidateId = CandidateIds.Of(replica),
            Claims = ReplicaSpecs.ClaimsOf(replica),
            IsDeleting = replica.IsBeingDeleted,
            IsHealthy =
                replica.Status?.Conditions.IsTrue(ModelReplicaConditions.Ready) == true
                && replica.Status.ObservedGeneration == replica.Metadata.Generation,
        };

    private static bool IsOf(ModelReplica replica, LlmModel model) =>
        replica.Metadata.Namespace == model.Metadata.Namespace
        && replica.Metadata.Name == ReplicaNames.Of(model.Metadata.Name!, replica.Spec.NodeName);
}
