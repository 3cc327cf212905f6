using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.NodeAgent.Replicas;
using LlmOperator.NodeAgent.Tests.Hosting;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Registries;

namespace LlmOperator.NodeAgent.Tests.Replicas;

/// <summary>A replica whose source moved, on the real engine: the old version answers until the new one is stored.</summary>
public sealed class FilesAheadTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Name = "tiny-node-a";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replica_GivenAnotherVersion_AnswersUntilItIsStoredAndThenChangesOver()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        (RegistryContent first, RegistryContent second) = await TwoVersionsAsync(registry);
        await using AgentFixture agent = await AgentFixture.StartAsync(
            engine.Command.FileName,
            Token,
            registry.Settings
        );
        await agent.CreateReplicaAsync(Name, Artifact(first), Token);
        ModelReplica ready = await agent.WaitAsync(Name, IsReady, Token);
        int process = ready.Status!.Process!.ProcessId!.Value;
        registry.Inject(new RegistryFault.Status(503) { Times = int.MaxValue });

        await ApplyAsync(agent, ready, second);
        ModelReplica pulling = await agent.WaitAsync(
            Name,
            r => r.Status!.Pull is { Error.Length: > 0 },
            Token
        );

        Assert.True(IsReady(pulling));
        Assert.Equal(process, pulling.Status!.Process!.ProcessId);
        Assert.Equal(first.Digest.ToString(), pulling.Status.Digest);

        registry.ClearFaults();
        ModelReplica changed = await agent.WaitAsync(
            Name,
            r => IsReady(r) && r.Status!.Digest == second.Digest.ToString(),
            Token
        );
        Assert.NotEqual(process, changed.Status!.Process!.ProcessId);
        Assert.DoesNotContain(registry.Requests, r => r.Path.Contains("/manifests/"));
    }

    [Fact]
    public async Task Replica_OnDemandAndNotInMemory_LoadsTheOldVersionUntilTheNewOneIsStored()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        (RegistryContent first, RegistryContent second) = await TwoVersionsAsync(registry);
        await using AgentFixture agent = await AgentFixture.StartAsync(
            engine.Command.FileName,
            Token,
            registry.Settings
        );
        await agent.CreateReplicaAsync(
            Name,
            Artifact(first),
            Token,
            new ModelLoading { Mode = LoadingMode.OnDemand }
        );
        ModelReplica idle = await agent.WaitAsync(Name, IsReady, Token);
        Assert.Equal(Residency.Unloaded, idle.Status!.Residency);
        registry.Inject(new RegistryFault.Status(503) { Times = int.MaxValue });

        await ApplyAsync(agent, idle, second);
        ModelReplica pulling = await agent.WaitAsync(
            Name,
            r => r.Status!.Pull is { Error.Length: > 0 },
            Token
        );

        Assert.True(IsReady(pulling));
        Assert.Equal(first.Digest.ToString(), pulling.Status!.Digest);
        using (RequestLease lease = await agent.Core.Gateway.AcquireAsync(idle.Key, Token))
        {
            using HttpResponseMessage health = await lease.Engine.Client.GetAsync("health", Token);
            Assert.True(health.IsSuccessStatusCode);
        }

        ModelReplica loaded = await agent.WaitAsync(
            Name,
            r => r.Status!.Residency == Residency.Loaded,
            Token
        );
        Assert.Equal(first.Digest.ToString(), loaded.Status!.Digest);
        registry.ClearFaults();
        await agent.WaitAsync(Name, r => IsReady(r) && r.Status!.Digest == second.Digest.ToString(), Token);
    }

    // Under one name, one after the other.
    private async Task<(RegistryContent First, RegistryContent Second)> TwoVersionsAsync(
        RegistryStandIn registry
    )
    {
        RegistryContent first = RegistryContent.FromFile(engine.TinyModelPath);
        byte[] bytes = await first.ReadAllAsync();
        bytes[^1] ^= 1;
        RegistryContent second = RegistryContent.FromBytes(bytes);
        registry.Ollama.Add("tiny:v1", first);
        registry.Ollama.Add("tiny:v1", second);
        return (first, second);
    }

    private static Task<ModelReplica> ApplyAsync(
        AgentFixture agent,
        ModelReplica replica,
        RegistryContent content
    ) =>
        agent.Client.ApplyAsync(
            new ModelReplica
            {
                Metadata = new() { Name = Name, Namespace = AgentFixture.Namespace },
                Spec = replica.Spec with { Artifact = Artifact(content) },
            },
            new ApplyOptions { FieldManager = "operator", Force = true },
            Token
        );

    private static bool IsReady(ModelReplica replica) =>
        replica.Status?.Conditions.IsTrue(ModelReplicaConditions.Ready) == true;

    private static ModelArtifact Artifact(RegistryContent content) =>
        new()
        {
            Variant = "default",
            Source = new() { Ollama = new OllamaModelSource { Name = "tiny:v1" } },
            Digest = content.Digest.ToString(),
            SizeBytes = content.Length,
            Files = [new ArtifactFile { Digest = content.Digest.ToString(), SizeBytes = content.Length }],
        };
}
