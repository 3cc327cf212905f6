using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Ownership;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.ModelCatalogs;
using LlmOperator.Operator.Placement;
using LlmOperator.Operator.Replicas;
using DevicePreference = LlmOperator.Operator.Placement.DevicePreference;

namespace LlmOperator.Operator.Fleet;

/// <summary>
/// Makes a view of the fleet from objects and inspections; <see cref="FleetChanges"/> must let pass what is read here.
/// For one caller at a time.
/// </summary>
internal sealed class FleetViews(InspectionBoard board, OperatorOptions options)
{
    // The memory of every way to load a model is computed once for each spec and inspection, not at every look.
    private Dictionary<ObjectKey, Known> _known = [];

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
        HashSet<ObjectKey> present = [.. views.Select(v => v.Model.Key)];
        _known = _known.Where(k => present.Contains(k.Key)).ToDictionary();
        ILookup<(string?, string), ModelReplica> byModel = replicas.ToLookup(r =>
            (r.Metadata.Namespace, r.Spec.ModelName)
        );
        HashSet<ObjectKey> owned = [];
        List<PlacementModel> placed = [.. views.Select(v => ToPlacement(v, byModel, owned, now))];
        return new FleetView
        {
            Models = views.ToDictionary(v => v.Model.Key.ToString()),
            Nodes = nodes,
            Replicas = replicas,
            ByKey = replicas.ToDictionary(r => r.Key),
            NextLoss = nodes.Min(n => NodeViews.UntilLost(n, options.NodeLostAfter, now)),
            Snapshot = new PlacementSnapshot
            {
                Nodes = [.. NodeViews.Of(nodes, replicas, options.NodeLostAfter, now)],
                Models = placed,
                LeastResidence = options.LeastResidence,
                Orphans =
                [
                    .. replicas
                        .Where(r => !owned.Contains(r.Key))
                        .Select(r => ToPlacement(r, now) with { IsDeleting = true }),
                ],
            },
        };
    }

    /// <summary>Whether a replica answers with its present spec.</summary>
    public static bool IsHealthy(ModelReplica replica) =>
        replica.Status?.Conditions.IsTrue(ModelReplicaConditions.Ready) == true
        && replica.Status.ObservedGeneration == replica.Metadata.Generation;

    private ModelView ViewOf(LlmModel model, CatalogIndex catalogs)
    {
        if (
            LlmModelAcceptance.Check(model.Spec, catalogs, options.AllowFileSources)
                is not Acceptance.Accepted accepted
            || board.Find(model.Key, accepted) is not Inspection.Done inspection
        )
        {
            return new ModelView(model, new Dictionary<string, LoadChoice>(), null);
        }

        Known wanted = new(model.Metadata.Uid, model.Metadata.Generation, inspection, null);
        if (
            !_known.TryGetValue(model.Key, out Known? known)
            || !ReferenceEquals(known.Inspection, inspection)
            || known with { Choices = null } != wanted
        )
        {
            known = wanted with { Choices = Choices(model.Spec, inspection) };
            _known[model.Key] = known;
        }

        return new ModelView(model, known.Choices!.Ways, known.Choices.Problem);
    }

    private static LoadWays Choices(LlmModelSpec spec, Inspection.Done inspection)
    {
        if (TemplatePin.Problem(spec, inspection.Variants) is { } drift)
        {
            return new LoadWays(
                [],
                new Inspection.Failed(LlmModelConditions.TemplateChanged, drift, IsTerminal: true)
            );
        }

        try
        {
            // Equal identities (a context clamped twice to the same length) are one choice.
            return new LoadWays(
                LoadChoices
                    .Of(spec, inspection.Variants)
                    .DistinctBy(c => c.Candidate.Id)
                    .ToDictionary(c => c.Candidate.Id),
                null
            );
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

        static LoadWays Unusable(string reason, Exception e) =>
            new([], new Inspection.Failed(reason, e.Message, IsTerminal: true));
    }

    private static PlacementModel ToPlacement(
        ModelView view,
        ILookup<(string?, string), ModelReplica> replicas,
        HashSet<ObjectKey> owned,
        DateTimeOffset now
    )
    {
        LlmModel model = view.Model;
        List<PlacementReplica> existing = [];
        foreach (ModelReplica replica in replicas[(model.Metadata.Namespace, model.Metadata.Name!)])
        {
            owned.Add(replica.Key);
            // One of a model that was deleted and made again, or made by hand, only holds its bytes while it is there.
            bool isOurs =
                OwnerReferences.IsControlledBy(replica, model)
                && replica.Metadata.Name == ReplicaNames.Of(model.Metadata.Name!, replica.Spec.NodeName);
            PlacementLayout layout = ReplicaLayouts.Of(replica, view.Choices);
            existing.Add(
                ToPlacement(replica, now) with
                {
                    CandidateId = CandidateIds.Of(replica, view.Choices.Values),
                    IsDeleting = replica.IsBeingDeleted || !isOurs,
                    Layout = layout,
                    Exhausted = ExhaustedWays.Of(replica, layout.Kind),
                    RanOut = ExhaustedWays.RanOut(replica),
                    Projected = ExhaustedWays.Projected(replica),
                }
            );
        }

        return new PlacementModel
        {
            Key = model.Key.ToString(),
            Priority = model.Spec.Placement.Priority,
            Age = model.Metadata.CreationTimestamp?.ToUnixTimeSeconds() ?? long.MaxValue,
            Replicas = model.Spec.Placement.Replicas,
            IsEveryNode = model.Spec.Placement.Mode == PlacementMode.EveryNode,
            Nodes = model.Spec.Placement.Nodes ?? [],
            IsStoreOnly = model.Spec.Loading.Mode == LoadingMode.StoreOnly,
            NodeSelector = model.Spec.Placement.NodeSelector ?? new Dictionary<string, string>(),
            Tolerations = [.. (model.Spec.Placement.Tolerations ?? []).Select(NodeViews.Toleration)],
            SpreadLabel = model.Spec.Placement.SpreadOver,
            CanPreempt = model.Spec.Placement.Preemption == PreemptionPolicy.LowerPriority,
            IsShared = model.Spec.Loading.Memory == LoadingMemory.Shared,
            Devices = Enum.Parse<DevicePreference>(model.Spec.Placement.Devices.ToString()),
            Engine = model.Spec.Engine.Kind.ToString(),
            Candidates = [.. view.Choices.Values.Select(c => c.Candidate)],
            IsUnknown = view.Choices.Count == 0,
            Existing = existing,
        };
    }

    private static PlacementReplica ToPlacement(ModelReplica replica, DateTimeOffset now) =>
        new()
        {
            Node = replica.Spec.NodeName,
            CandidateId = CandidateIds.Of(replica),
            Claims = ReplicaSpecs.ClaimsOf(replica),
            IsShared = replica.Spec.Loading.Memory == LoadingMemory.Shared,
            IsDeleting = replica.IsBeingDeleted,
            Residence = now - (replica.Metadata.CreationTimestamp ?? now),
            IsHealthy = IsHealthy(replica),
        };

    private sealed record LoadWays(Dictionary<string, LoadChoice> Ways, Inspection.Failed? Problem);

    private sealed record Known(string? Uid, long Generation, Inspection.Done Inspection, LoadWays? Choices);
}
