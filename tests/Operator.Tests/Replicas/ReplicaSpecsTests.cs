using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.Placement;
using LlmOperator.Operator.Replicas;

namespace LlmOperator.Operator.Tests.Replicas;

/// <summary>What a replica holds while its agent has not taken its last change.</summary>
public sealed class ReplicaSpecsTests
{
    private static ModelReplica Changed(long observedGeneration) =>
        new()
        {
            Metadata = new ObjectMeta { Name = "m-1", Generation = 2 },
            Spec = new ModelReplicaSpec
            {
                ModelName = "m",
                NodeName = "a",
                Reservations = [Held("CUDA0", 8), Held("CPU", 2)],
                Releasing = [Held("CUDA0", 10), Held("CUDA1", 4), Held("CPU", 1)],
            },
            Status = new ModelReplicaStatus { ObservedGeneration = observedGeneration },
        };

    private static LlmModel Model() =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = "m",
                Namespace = "default",
                Uid = "u",
            },
            Spec = new LlmModelSpec(),
        };

    private static DeviceReservation Held(string device, long bytes) =>
        new()
        {
            Device = device,
            WeightsBytes = bytes,
            TotalBytes = bytes,
        };

    [Fact]
    public void ClaimsOf_ChangeNotTaken_HoldsTheLargerOfBothOnEachDevice() =>
        Assert.Equal(
            [("CUDA0", 10), ("CPU", 2), ("CUDA1", 4)],
            ReplicaSpecs.ClaimsOf(Changed(1)).Select(c => (c.Device, c.Terms.Total))
        );

    [Fact]
    public void ClaimsOf_ChangeTaken_HoldsWhatTheSpecSays() =>
        Assert.Equal(
            [("CUDA0", 8), ("CPU", 2)],
            ReplicaSpecs.ClaimsOf(Changed(2)).Select(c => (c.Device, c.Terms.Total))
        );

    [Fact]
    public void Refreshed_LetsGoOfTheOldBytesOnlyWhenTheChangeIsTaken()
    {
        LlmModel model = Model();

        Assert.NotNull(ReplicaSpecs.Refreshed(model, Changed(1), []).Spec.Releasing);
        Assert.Null(ReplicaSpecs.Refreshed(model, Changed(2), []).Spec.Releasing);
    }

    [Fact]
    public void For_OtherVersionOfTheSource_SaysWhichAnswersUntilItIsTaken()
    {
        Assert.Equal(Digest('a'), Replacing(Digest('b'), Answering(observed: 2)));
        // The agent has not taken b when c comes: a answers still.
        Assert.Equal(Digest('a'), Replacing(Digest('c'), Answering(observed: 1, Digest('b'), Digest('a'))));
        // Back to what answers.
        Assert.Null(Replacing(Digest('a'), Answering(observed: 1, Digest('b'), Digest('a'))));
        Assert.Null(Replacing(Digest('b'), Answering(observed: 2), "another"));
    }

    private static string Digest(char of) => "sha256:" + new string(of, 64);

    private static ModelReplica Answering(long observed, string? digest = null, string? replacing = null) =>
        Changed(observed) with
        {
            Spec = Changed(observed).Spec with
            {
                Artifact = Artifact(digest ?? Digest('a'), "m:v1"),
                Replacing = replacing,
            },
        };

    private static ModelArtifact Artifact(string digest, string name) =>
        new()
        {
            Variant = "default",
            Digest = digest,
            Source = new ModelSource { Ollama = new OllamaModelSource { Name = name } },
        };

    private static string? Replacing(string digest, ModelReplica present, string name = "m:v1") =>
        ReplicaSpecs
            .For(
                Model(),
                new LoadChoice
                {
                    Artifact = Artifact(digest, name),
                    ContextLength = 4096,
                    KvCacheType = KvCacheType.F16,
                    Layers = 1,
                    Candidate = new PlacementCandidate { Id = "q4", Description = "Q4" },
                },
                new PlacementAssignment
                {
                    Model = "m",
                    Node = "a",
                    CandidateId = "q4",
                    Claims = [],
                },
                present
            )
            .Spec.Replacing;

    [Fact]
    public void For_SeveralGpus_SaysHowManyLayersEachHolds()
    {
        LlmModel model = Model();
        LoadChoice choice = new()
        {
            Artifact = new ModelArtifact(),
            ContextLength = 4096,
            KvCacheType = KvCacheType.F16,
            Layers = 33,
            Candidate = new PlacementCandidate { Id = "q4", Description = "Q4" },
        };
        PlacementAssignment assignment = new()
        {
            Model = "m",
            Node = "a",
            CandidateId = "q4",
            Claims = [],
            Layout = new PlacementLayout(DeviceLayout.SeveralGpus, ["CUDA0", "CUDA1"], [22, 11]),
        };

        ReplicaEngine engine = ReplicaSpecs.For(model, choice, assignment, present: null).Spec.Engine;

        Assert.Equal(33, engine.GpuLayers);
        Assert.Equal(["CUDA0", "CUDA1"], engine.Devices!);
        Assert.Equal([22, 11], engine.LayersPerDevice!);
    }
}
