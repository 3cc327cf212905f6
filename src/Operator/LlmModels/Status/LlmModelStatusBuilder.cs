using LlmOperator.Api;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Gguf;
using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.LlmModels.Status;

/// <summary>Computes the status of a model from what is seen of it. Pure.</summary>
internal static class LlmModelStatusBuilder
{
    // A status is read often; in a large fleet the nearest nodes say enough.
    private const int MostRefusals = 32;

    /// <summary>The whole status.</summary>
    /// <param name="seen">What is seen.</param>
    /// <param name="now">Time of transitions.</param>
    public static LlmModelStatus Build(ModelObservation seen, DateTimeOffset now)
    {
        ModelReplica? chosen = Chosen(seen.Replicas);
        LlmModelStatus? before = seen.Model.Status;
        return new LlmModelStatus
        {
            ObservedGeneration = ObservedGeneration(seen),
            Conditions = Conditions(seen, now),
            Variant = chosen?.Spec.Artifact.Variant,
            ContextLength = chosen?.Spec.Engine.ContextLength,
            Artifacts = Artifacts(seen),
            Facts = Facts(seen, chosen) ?? before?.Facts,
            Memory = chosen is null ? null : Memory(chosen, seen.Replicas),
            Replicas = new ReplicaCounts
            {
                Desired = seen.Wanted,
                Placed = seen.Replicas.Count,
                Stored = seen.Replicas.Count(StoredFinding.IsStored),
                Ready = seen.Replicas.Count(ReadyFinding.IsReady),
                Selector = $"{WellKnown.ModelLabel}={seen.Model.Metadata.Name}",
            },
            Refusals = Refusals(seen),
        };
    }

    // The status answers a generation when it was refused, or planned.
    private static long ObservedGeneration(ModelObservation seen) =>
        IsAnswered(seen) ? seen.Model.Metadata.Generation : seen.Model.Status?.ObservedGeneration ?? 0;

    private static bool IsAnswered(ModelObservation seen) =>
        seen.Acceptance is Acceptance.Refused
        || seen.Inspection is Inspection.Failed
        || seen.Outcome?.Generation == seen.Model.Metadata.Generation;

    private static IReadOnlyList<Condition> Conditions(ModelObservation seen, DateTimeOffset now)
    {
        Finding accepted = AcceptedFinding.Of(seen);
        Finding placed = PlacedFinding.Of(seen);
        Finding stored = StoredFinding.Of(seen);
        Finding ready = ReadyFinding.Of(seen, accepted, placed, stored);
        IReadOnlyList<Condition>? conditions = seen.Model.Status?.Conditions;
        // Before a change is planned the conditions speak of the spec before it, and say so.
        long generation = ObservedGeneration(seen);
        bool isChanging = generation < seen.Model.Metadata.Generation;
        (string, Finding)[] findings =
        [
            (LlmModelConditions.Accepted, accepted),
            (LlmModelConditions.Placed, placed),
            (LlmModelConditions.Stored, stored),
            (LlmModelConditions.Ready, ready),
            (LlmModelConditions.Degraded, DegradedFinding.Of(seen)),
        ];
        foreach ((string type, Finding finding) in findings)
        {
            conditions = conditions.Set(
                type,
                finding.Status,
                finding.Reason,
                finding.Message,
                generation,
                now
            );
        }

        bool isStalled = !ready.IsTrue && accepted.IsTerminal;
        conditions = conditions!.WithProgress(LlmModelConditions.Ready, isStalled, now);
        if (!ready.IsTrue)
        {
            return conditions;
        }

        (string Reason, string Message)? going =
            isChanging ? (ConditionReason.Pending, "The change is being planned.")
            : OlderVersions.Of(seen).Message is { } news ? (LlmModelConditions.Pulling, news)
            : null;
        return going is var (reason, message)
            ? conditions.Set(
                LlmModelConditions.Reconciling,
                ConditionStatus.True,
                reason,
                message,
                generation,
                now
            )
            : conditions.SetWhile(
                ProgressConditions.Stalled,
                // The version before the one that was refused answers, and a person decides how it goes on.
                isStalled || (ready.IsTrue && seen.Inspection is Inspection.Done { Refused: not null }),
                conditions.Find(isStalled ? LlmModelConditions.Ready : LlmModelConditions.Accepted),
                now
            );
    }

    private static IReadOnlyList<ModelArtifact> Artifacts(ModelObservation seen)
    {
        IEnumerable<ModelArtifact> present = seen.Inspection is Inspection.Done done
            ? done.Variants.Select(v => v.Artifact)
            : seen.Model.Status?.Artifacts ?? [];
        return KnownArtifacts.Merge(seen.Model, present, seen.Replicas);
    }

    private static IReadOnlyList<NodeRefusal>? Refusals(ModelObservation seen)
    {
        if (seen.Outcome is not { Refusals.Count: > 0 } outcome)
        {
            return null;
        }

        return
        [
            .. PlacedFinding
                .NearestFirst(outcome.Refusals)
                .Take(MostRefusals)
                .Select(r => new NodeRefusal
                {
                    Node = r.Node,
                    Reason = r.Reason.ToString(),
                    MissingBytes = r.MissingBytes,
                    Message = r.Message,
                }),
        ];
    }

    // Most replicas are loaded alike; the way that most of them have stands for the model.
    private static ModelReplica? Chosen(IReadOnlyList<ModelReplica> replicas) =>
        replicas
            .GroupBy(r => (r.Spec.Artifact.Variant, r.Spec.Engine.ContextLength))
            .OrderByDescending(g => g.Count())
            .ThenByDescending(g => g.Key.ContextLength)
            .ThenBy(g => g.Key.Variant, StringComparer.Ordinal)
            .FirstOrDefault()
            ?.First();

    private static ModelFactsStatus? Facts(ModelObservation seen, ModelReplica? chosen)
    {
        if (seen.Inspection is not Inspection.Done done)
        {
            return null;
        }

        ModelFacts facts = (
            done.Variants.FirstOrDefault(v => v.Artifact.Variant == chosen?.Spec.Artifact.Variant)
            ?? done.Variants[0]
        ).Facts;
        return new ModelFactsStatus
        {
            Architecture = facts.Architecture,
            Name = facts.Name.Length == 0 ? null : facts.Name,
            Parameters = facts.ParameterCount,
            Quantization = facts.QuantizationName,
            ContextLength = facts.ContextLength,
            Layers = facts.BlockCount,
            ChatTemplateSha256 = facts.ChatTemplateSha256,
        };
    }

    private static ModelMemoryStatus Memory(ModelReplica chosen, IReadOnlyList<ModelReplica> replicas)
    {
        IReadOnlyList<DeviceReservation> held = chosen.Spec.Reservations;
        long total = held.Sum(r => r.TotalBytes);
        return new ModelMemoryStatus
        {
            Weights = held.Sum(r => r.WeightsBytes),
            KvCache = held.Sum(r => r.KvCacheBytes),
            Compute = held.Sum(r => r.ComputeBytes + r.OverheadBytes),
            Total = total,
            Observed = replicas.Max(r => r.Status?.Memory?.Observed),
            Summary = ByteText.Of(total),
        };
    }
}
