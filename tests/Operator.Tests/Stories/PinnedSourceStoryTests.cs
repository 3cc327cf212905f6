using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
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

    private static LlmModelSpec SpecOf(string name) =>
        new() { Source = new ModelSource { Ollama = new OllamaModelSource { Name = name } } };
}
