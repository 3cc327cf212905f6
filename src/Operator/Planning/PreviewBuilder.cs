using LlmOperator.Operator.Fleet;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.Placement;

namespace LlmOperator.Operator.Planning;

/// <summary>Writes a plan down as a preview. Pure.</summary>
internal static class PreviewBuilder
{
    public static FleetPreview Build(FleetView view, IReadOnlyDictionary<string, string> problems)
    {
        ExplainedPlan explained = PlacementPlanner.Explain(view.Snapshot);
        PlacementPlan plan = explained.Plan;
        ILookup<string, PlacementAssignment> placed = plan.Assignments.ToLookup(a => a.Model);
        return new FleetPreview
        {
            Replicas = [.. plan.Assignments.Select(a => Replica(view, a))],
            Removals =
            [
                .. plan.Removals.Select(r => new PreviewedRemoval(
                    r.Model,
                    r.Node,
                    r.Reason.ToString(),
                    BytesOf(view, r)
                )),
            ],
            Models =
            [
                .. view.Models.Select(m => new PreviewedModel
                {
                    Model = m.Key,
                    Wanted = plan.Wanted[m.Key],
                    Placed = placed[m.Key].Count(),
                    Problem = problems.GetValueOrDefault(m.Key) ?? m.Value.Problem?.Message,
                    Nodes = [.. explained.Verdicts[m.Key].Select(Verdict)],
                }),
            ],
            RetryAfterSeconds = plan.RetryAfter?.TotalSeconds,
        };
    }

    private static PreviewedReplica Replica(FleetView view, PlacementAssignment assignment)
    {
        LoadChoice? choice = view.Models[assignment.Model].Choices.GetValueOrDefault(assignment.CandidateId);
        PlacementNode? node = view.Snapshot.Nodes.FirstOrDefault(n => n.Name == assignment.Node);
        bool isKept = assignment.Change is AssignmentChange.Kept or AssignmentChange.KeptOutdated;
        string? digest = choice?.Candidate.Digest;
        return new PreviewedReplica
        {
            Model = assignment.Model,
            Node = assignment.Node,
            Change = assignment.Change.ToString(),
            Way = choice?.Candidate.Description ?? assignment.CandidateId,
            Layout = assignment.Layout?.Kind.ToString(),
            Devices = [.. assignment.Claims.Select(c => Device(assignment.Layout, c))],
            PullBytes =
                isKept || choice is null || node is null
                    ? 0
                    : new NodeLedger(node).PullBytes(choice.Candidate),
            IsOnPeer =
                digest is not null
                && view.Snapshot.Nodes.Any(n =>
                    n.Name != assignment.Node
                    && n.Stored.GetValueOrDefault(digest) >= choice!.Candidate.FileBytes
                ),
        };
    }

    private static PreviewedDevice Device(PlacementLayout? layout, DeviceClaim claim)
    {
        int index = layout?.Gpus.ToList().IndexOf(claim.Device) ?? -1;
        return new PreviewedDevice
        {
            Name = claim.Device,
            WeightsBytes = claim.Terms.Weights,
            KvCacheBytes = claim.Terms.KvCache,
            ComputeBytes = claim.Terms.Compute,
            OverheadBytes = claim.Terms.Overhead,
            TotalBytes = claim.Terms.Total,
            Layers = index >= 0 && layout!.LayersPerGpu.Count > index ? layout.LayersPerGpu[index] : null,
        };
    }

    private static long BytesOf(FleetView view, PlacementRemoval removal) =>
        view
            .Snapshot.Models.First(m => m.Key == removal.Model)
            .Existing.Where(r => r.Node == removal.Node)
            .SelectMany(r => r.Claims)
            .Sum(c => c.Terms.Total);

    private static NodeVerdict Verdict(ExplainedNode node) =>
        new()
        {
            Node = node.Node,
            Verdict = node.Refusal?.Reason.ToString() ?? (node.IsPlaced ? "Placed" : "Fits"),
            Message =
                node.Refusal?.Message
                ?? $"{node.Node}: {(node.IsPlaced ? "a replica is placed there" : "there is room for a replica")}",
            MissingBytes = node.Refusal?.MissingBytes ?? 0,
            Ways =
            [
                .. node.Ways.Select(f => new WayVerdict(
                    f.Rung.Candidate.Description,
                    f.Rung.Layout.ToString(),
                    f.Rung.Value,
                    f.MissingBytes,
                    RefusalText.Of(f)
                )),
            ],
        };
}
