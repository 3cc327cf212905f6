using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;

namespace LlmOperator.Operator.Tests.Stories;

/// <summary>A name is resolved once; from then on all nodes, and the operator itself, know the files by digest.</summary>
public sealed class PinnedSourceStoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OllamaModel_WhoseTagMoves_KeepsItsFilesAndIsNotAskedForAgain()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent first = RegistryContent.FromBytes(ModelShapes.TinyLlama());
        RegistryContent template = RegistryContent.Generated(300, seed: 3);
        registry.Ollama.Add("tiny:v1", first, ("template", template));
        OperatorOptions options = new() { Sources = registry.Settings };
        await world.StartOperatorAsync(options);
        await world.ApplyAsync("tiny", SpecOf("tiny:v1"));
        LlmModel ready = await world.WaitAsync(
            "tiny",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
        ModelArtifact artifact = Assert.Single(ready.Status!.Artifacts);
        Assert.Equal(
            [
                (ArtifactFileRole.Weights, first.Digest.ToString(), first.Length),
                (ArtifactFileRole.Template, template.Digest.ToString(), template.Length),
            ],
            artifact.Files!.Select(f => (f.Role, f.Digest, f.SizeBytes))
        );

        registry.Ollama.Add("tiny:v1", RegistryContent.FromBytes(ModelShapes.TinyLlama(seed: 2)));
        registry.Requests.Clear();
        await world.StartOperatorAsync(options);
        await world.ApplyAsync(
            "tiny",
            SpecOf("tiny:v1") with
            {
                Placement = new ModelPlacement { Replicas = 2 },
            }
        );
        await world.AddNodeAsync("node-b", 4096);

        IReadOnlyList<ModelReplica> replicas = await world.WaitForReplicasAsync(
            r => r.Count == 2,
            "two nodes have the model"
        );
        Assert.All(
            replicas,
            r =>
                Assert.Equal(
                    artifact.Files!.Select(f => f.Digest),
                    r.Spec.Artifact.Files!.Select(f => f.Digest)
                )
        );
        Assert.DoesNotContain(registry.Requests, r => r.Path.Contains("/manifests/"));
    }

    [Fact]
    public async Task OllamaModel_ThatFollowsItsTag_IsRenewedWhenItsSpecChanges()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        registry.Ollama.Add("tiny:v1", RegistryContent.FromBytes(ModelShapes.TinyLlama()));
        await world.StartOperatorAsync(new OperatorOptions { Sources = registry.Settings });
        LlmModelSpec spec = SpecOf("tiny:v1", SourceRefresh.OnChange);
        await world.ApplyAsync("tiny", spec);
        LlmModel first = await world.WaitAsync(
            "tiny",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
        RegistryContent second = RegistryContent.FromBytes(ModelShapes.TinyLlama(seed: 2));
        registry.Ollama.Add("tiny:v1", second);

        await world.ApplyAsync(
            "tiny",
            spec with
            {
                Loading = new ModelLoading { Mode = LoadingMode.OnDemand },
            }
        );

        await world.WaitForReplicasAsync(
            r => r.Count == 1 && r[0].Spec.Artifact.Digest == second.Digest.ToString(),
            "the node is given the new version"
        );
        LlmModel renewed = await world.WaitAsync(
            "tiny",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
        ModelArtifact artifact = Assert.Single(renewed.Status!.Artifacts);
        Assert.Equal(second.Digest.ToString(), artifact.Digest);
        Assert.NotEqual(first.Status!.Artifacts[0].Revision, artifact.Revision);
        Assert.True(artifact.ResolvedAt >= first.Status.Artifacts[0].ResolvedAt);
        await world.WaitForEventAsync(LlmModelEvents.SourceMoved, "ollama tiny:v1 moved from sha256:");
    }

    [Fact]
    public async Task OllamaModel_WhoseNextVersionIsBeingPulled_StaysReadyAndNamesIt()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        FakeAgent[] agents =
        [
            await world.AddNodeAsync("node-a", 4096),
            await world.AddNodeAsync("node-b", 4096),
        ];
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        registry.Ollama.Add("tiny:v1", RegistryContent.FromBytes(ModelShapes.TinyLlama()));
        await world.StartOperatorAsync(new OperatorOptions { Sources = registry.Settings });
        LlmModelSpec spec = SpecOf("tiny:v1", SourceRefresh.OnChange) with
        {
            Placement = new ModelPlacement { Replicas = 2 },
        };
        await world.ApplyAsync("tiny", spec);
        LlmModel first = await world.WaitAsync(
            "tiny",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
        RegistryContent second = RegistryContent.FromBytes(ModelShapes.TinyLlama(seed: 2));
        registry.Ollama.Add("tiny:v1", second);
        Array.ForEach(agents, agent => agent.KeepsAnswering = true);

        // Something of the spec that no replica has: only the look at the source is to change them.
        await world.ApplyAsync("tiny", spec with { Placement = spec.Placement with { Priority = 5 } });
        LlmModel pulling = await world.WaitAsync(
            "tiny",
            m =>
                m.Status!.Conditions.Find(LlmModelConditions.Reconciling)?.Reason
                == LlmModelConditions.Pulling,
            "the next version is being pulled"
        );

        Condition ready = pulling.Status!.Conditions.Find(LlmModelConditions.Ready)!;
        Assert.Equal(ConditionStatus.True, ready.Status);
        Assert.StartsWith("2 of 2 replicas answer.", ready.Message, StringComparison.Ordinal);
        Assert.Contains(second.Digest.ToString()[..19], ready.Message, StringComparison.Ordinal);
        Assert.Contains(
            first.Status!.Artifacts[0].Digest![..19],
            pulling.Status.Conditions.Find(LlmModelConditions.Reconciling)!.Message,
            StringComparison.Ordinal
        );
        Array.ForEach(agents, agent => agent.KeepsAnswering = false);
        LlmModel done = await world.WaitAsync(
            "tiny",
            m => !m.Status!.Conditions.IsTrue(LlmModelConditions.Reconciling),
            "both nodes have the next version"
        );
        Assert.Equal(
            "2 of 2 replicas answer.",
            done.Status!.Conditions.Find(LlmModelConditions.Ready)!.Message
        );
        Assert.Equal(
            ready.LastTransitionTime,
            done.Status.Conditions.Find(LlmModelConditions.Ready)!.LastTransitionTime
        );
        await world.WaitForReplicasAsync(
            r =>
                r.All(one =>
                    one.Spec.Replacing is null && one.Spec.Artifact.Digest == second.Digest.ToString()
                ),
            "nothing is being replaced any more"
        );
    }

    [Fact]
    public async Task OllamaModel_WhoseSourceIsAwayAtALook_StaysReadyAndSaysSo()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        registry.Ollama.Add("tiny:v1", RegistryContent.FromBytes(ModelShapes.TinyLlama()));
        await world.StartOperatorAsync(new OperatorOptions { Sources = registry.Settings });
        LlmModelSpec spec = SpecOf("tiny:v1", SourceRefresh.Interval);
        await world.ApplyAsync("tiny", spec);
        LlmModel first = await world.WaitAsync(
            "tiny",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
        await registry.DisposeAsync();

        await world.ApplyAsync("tiny", spec with { ParallelSequences = 2 });

        LlmModel told = await world.WaitAsync(
            "tiny",
            m =>
                m.Status!.Conditions.Find(LlmModelConditions.Accepted)
                    is { Status: ConditionStatus.True } accepted
                && accepted.Message.Contains("The last look at ollama tiny:v1 failed"),
            "the failed look is told"
        );
        Assert.Equal(first.Status!.Artifacts[0].Digest, told.Status!.Artifacts[0].Digest);
        Assert.Single(await world.ReplicasAsync());
        await world.WaitForEventAsync(LlmModelEvents.SourceLookFailed, "what was found before stays");
        await world.WaitAsync(
            "tiny",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
    }

    [Fact]
    public async Task OciModel_WhoseRegistryIsAway_IsResolvedAtItsMirror()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = RegistryContent.FromBytes(ModelShapes.TinyLlama());
        registry.Ollama.Add("team/tiny:v1", content);
        await world.StartOperatorAsync(new OperatorOptions { Sources = registry.Settings });

        await world.ApplyAsync(
            "tiny",
            new LlmModelSpec
            {
                Source = new ModelSource
                {
                    Oci = new OciModelSource { Reference = "127.0.0.1:9/team/tiny:v1" },
                    Mirrors =
                    [
                        new SourceMirror
                        {
                            Oci = new OciModelSource
                            {
                                Reference = $"{registry.Address.Authority}/team/tiny:v1",
                            },
                        },
                    ],
                },
            }
        );

        LlmModel ready = await world.WaitAsync(
            "tiny",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
        Assert.Equal(content.Digest.ToString(), ready.Status!.Artifacts[0].Files![0].Digest);
    }

    private static LlmModelSpec SpecOf(string name, SourceRefresh? refresh = null) =>
        new()
        {
            Source = new ModelSource
            {
                Ollama = new OllamaModelSource { Name = name },
                Refresh = refresh,
            },
        };
}
