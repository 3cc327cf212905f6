using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;

namespace LlmOperator.Operator.Tests.Stories;

/// <summary>A source that is followed brings another chat template.</summary>
public sealed class ChangedTemplateStoryTests
{
    private static readonly RegistryContent s_first = RegistryContent.FromBytes(ModelShapes.TinyLlama());

    private static readonly RegistryContent s_second = RegistryContent.FromBytes(
        ModelShapes.TinyLlama("{{ messages[0]['content'] }}")
    );

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FollowedModel_WithoutPin_IsRenewedAndAnEventTellsOfTheTemplate()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        (LlmModelSpec spec, string before) = await ServeAsync(world, registry);

        registry.Ollama.Add("tiny:v1", s_second);
        await world.ApplyAsync("tiny", Edited(spec));

        IReadOnlyList<ModelReplica> replicas = await world.WaitForReplicasAsync(
            r => r.Count == 1 && r[0].Spec.Artifact.Digest == s_second.Digest.ToString(),
            "the node is given the new version"
        );
        Assert.NotEqual(before, replicas[0].Spec.Artifact.ChatTemplateSha256);
        LlmModel renewed = await ReadyAsync(world);
        Assert.Equal(
            replicas[0].Spec.Artifact.ChatTemplateSha256,
            Assert.Single(renewed.Status!.Artifacts).ChatTemplateSha256
        );
        await world.WaitForEventAsync(LlmModelEvents.TemplateChanged, $"its SHA-256 was {before} and is ");
    }

    [Fact]
    public async Task FollowedModel_PinnedToTheTemplateBefore_KeepsThatVersionUntilTheNewOneIsPinned()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        (LlmModelSpec spec, string before) = await ServeAsync(world, registry);

        registry.Ollama.Add("tiny:v1", s_second);
        LlmModelSpec pinned = Edited(spec) with { ChatTemplateSha256 = before };
        await world.ApplyAsync("tiny", pinned);

        LlmModel refused = await world.WaitAsync(
            "tiny",
            m =>
                m.Status!.ObservedGeneration == m.Metadata.Generation
                && m.Status.Conditions.Find(LlmModelConditions.Accepted)?.Reason
                    == LlmModelConditions.TemplateChanged
                && m.Status.Conditions.IsTrue(LlmModelConditions.Ready),
            "the new version is refused while the one before answers"
        );
        Assert.True(refused.Status!.Conditions.IsTrue(ProgressConditions.Stalled));
        Assert.Equal(s_first.Digest.ToString(), Assert.Single(refused.Status.Artifacts).Digest);
        ModelReplica kept = Assert.Single(await world.ReplicasAsync());
        Assert.Equal(s_first.Digest.ToString(), kept.Spec.Artifact.Digest);

        string message = refused.Status.Conditions.Find(LlmModelConditions.Accepted)!.Message;
        string wanted = message.Split("set spec.chatTemplateSha256 to ")[1][..64];
        await world.ApplyAsync("tiny", pinned with { ChatTemplateSha256 = wanted });

        await world.WaitForReplicasAsync(
            r =>
                r.Count == 1
                && r[0].Spec.Artifact.Digest == s_second.Digest.ToString()
                && r[0].Spec.Artifact.ChatTemplateSha256 == wanted,
            "the node is given the new version"
        );
        LlmModel renewed = await ReadyAsync(world);
        Assert.False(renewed.Status!.Conditions.IsTrue(ProgressConditions.Stalled));
    }

    private static async Task<(LlmModelSpec Spec, string Template)> ServeAsync(
        OperatorWorld world,
        RegistryStandIn registry
    )
    {
        await world.AddNodeAsync("node-a", 4096);
        registry.Ollama.Add("tiny:v1", s_first);
        await world.StartOperatorAsync(new OperatorOptions { Sources = registry.Settings });
        LlmModelSpec spec = new()
        {
            Source = new ModelSource
            {
                Ollama = new OllamaModelSource { Name = "tiny:v1" },
                Refresh = SourceRefresh.OnChange,
            },
        };
        await world.ApplyAsync("tiny", spec);
        LlmModel ready = await ReadyAsync(world);
        return (spec, Assert.Single(ready.Status!.Artifacts).ChatTemplateSha256!);
    }

    private static LlmModelSpec Edited(LlmModelSpec spec) =>
        spec with
        {
            Loading = new ModelLoading { Mode = LoadingMode.OnDemand },
        };

    private static Task<LlmModel> ReadyAsync(OperatorWorld world) =>
        world.WaitAsync("tiny", LlmModelConditions.Ready, ConditionStatus.True, LlmModelConditions.AllReady);
}
