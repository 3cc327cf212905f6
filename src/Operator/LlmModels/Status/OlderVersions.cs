using LlmOperator.Api.V1Alpha1;
using LlmOperator.Artifacts;
using LlmOperator.Controllers.Status;

namespace LlmOperator.Operator.LlmModels.Status;

/// <summary>The replicas that answer with an older version of what their source means by now. Pure.</summary>
internal sealed record OlderVersions
{
    // Of a digest, for people: "sha256:" and 12 digits.
    private const int ShownDigest = 19;

    /// <summary>Replicas that have the newer version to pull, and answer meanwhile.</summary>
    public required IReadOnlyList<ModelReplica> Changing { get; init; }

    /// <summary>Replicas that will be given the newer version when others have it.</summary>
    public required IReadOnlyList<ModelReplica> Waiting { get; init; }

    /// <summary>What is going on, with the names of both versions; null when every replica has the newest.</summary>
    public string? Message { get; private init; }

    public static OlderVersions Of(ModelObservation seen)
    {
        IReadOnlyList<ModelArtifact> newest = seen.Inspection is Inspection.Done done
            ? [.. done.Variants.Select(v => v.Artifact)]
            : [];
        OlderVersions older = new()
        {
            Changing = [.. seen.Replicas.Where(AnswersMeanwhile)],
            Waiting =
            [
                .. seen.Replicas.Where(r =>
                    ReadyFinding.IsReady(r) && NewerThan(r.Spec.Artifact, newest) is not null
                ),
            ],
        };
        return older with { Message = Describe(older, newest) };
    }

    private static bool AnswersMeanwhile(ModelReplica replica) =>
        replica.Spec.Replacing is not null
        && !ReadyFinding.IsOfPresentSpec(replica)
        && replica.Status?.Conditions.IsTrue(ModelReplicaConditions.Ready) == true;

    private static ModelArtifact? NewerThan(ModelArtifact present, IReadOnlyList<ModelArtifact> newest) =>
        newest.FirstOrDefault(artifact =>
            ArtifactVersions.AreOfOneSource(present, artifact) && !ArtifactVersions.AreSame(present, artifact)
        );

    private static string? Describe(OlderVersions older, IReadOnlyList<ModelArtifact> newest)
    {
        (ModelArtifact Next, string? Before)? versions =
            older.Changing is [var changing, ..] ? (changing.Spec.Artifact, changing.Spec.Replacing)
            : older.Waiting is [var waiting, ..]
                ? (NewerThan(waiting.Spec.Artifact, newest)!, waiting.Spec.Artifact.Digest)
            : null;
        if (versions is not var (next, before))
        {
            return null;
        }

        List<string> nodes =
        [
            .. older.Changing.Select(r => $"{r.Spec.NodeName}: pulling {Progress(r.Status?.Pull)}"),
            .. older.Waiting.Select(r => $"{r.Spec.NodeName}: not yet its turn"),
        ];
        string name = SourceMapping.ToResolvable(next.Source, null).DisplayName;
        return $"{name} means {Short(next.Digest)} by now; {Short(before)} answers until that is stored ({string.Join("; ", nodes)}).";
    }

    private static string Progress(ReplicaPull? pull) =>
        pull is { Error: { } error } ? $"fails: {error.TrimEnd('.')}" : pull?.Summary ?? "begins";

    private static string Short(string? digest) =>
        digest is { Length: > ShownDigest } ? digest[..ShownDigest] : digest ?? "";
}
