using System.Diagnostics;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Gguf;
using LlmOperator.NodeAgent.Replicas;
using LlmOperator.NodeAgent.Tests.Hosting;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Registries;

namespace LlmOperator.NodeAgent.Tests.Replicas;

/// <summary>Replicas on the real engine and the embedded API server.</summary>
public sealed class ReplicaLifeTests(EngineFixture engine) : IClassFixture<EngineFixture>
{
    private const string Name = "tiny-node-a";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replica_FileSource_BecomesReadyAndAnswersThroughTheGateway()
    {
        await using AgentFixture agent = await StartAsync();
        await agent.CreateReplicaAsync(Name, AgentFixture.FileArtifact(engine.TinyModelPath), Token);

        ModelReplica ready = await agent.WaitAsync(Name, IsReady, Token);

        Assert.Equal(ModelReplicaConditions.EngineRunning, ReadyReason(ready));
        Assert.Equal(Residency.Loaded, ready.Status!.Residency);
        Assert.Equal($"http://127.0.0.1:1234/replicas/default/{Name}", ready.Status.Endpoint);
        Assert.StartsWith("sha256:", ready.Status.Digest, StringComparison.Ordinal);
        Assert.True(ready.Status.Performance!.GenerationTokensPerSecond > 0);
        Assert.True(ready.Status.Memory!.Projected > 0);
        ReplicaDeviceMemory ram = Assert.Single(ready.Status.Memory.Devices!);
        Assert.Equal(ready.Status.Memory.Projected, ram.Projected);
        ModelReplica measured = await agent.WaitAsync(Name, r => r.Status?.Memory?.Observed > 0, Token);
        Assert.Equal(
            measured.Status!.Memory!.Observed - measured.Status.Memory.Devices!.Sum(d => d.Planned),
            measured.Status.Memory.Error
        );
        using RequestLease lease = await agent.Core.Gateway.AcquireAsync(ready.Key, Token);
        using HttpResponseMessage health = await lease.Engine.Client.GetAsync("health", Token);
        Assert.True(health.IsSuccessStatusCode);
        Assert.True(File.Exists(EngineLog.PathOf(agent.Options.LogDirectory, ready.Key)));
    }

    [Fact]
    public async Task Replica_EngineKilled_IsReadyAgainAndCountsTheRestart()
    {
        await using AgentFixture agent = await StartAsync();
        await agent.CreateReplicaAsync(Name, AgentFixture.FileArtifact(engine.TinyModelPath), Token);
        ModelReplica ready = await agent.WaitAsync(Name, IsReady, Token);
        int first = ready.Status!.Process!.ProcessId!.Value;
        using RequestLease lease = await agent.Core.Gateway.AcquireAsync(ready.Key, Token);

        Process.GetProcessById(first).Kill();

        ModelReplica again = await agent.WaitAsync(
            Name,
            r => IsReady(r) && r.Status!.Process?.ProcessId is { } id && id != first,
            Token
        );
        Assert.True(lease.EngineExited.IsCancellationRequested);
        Assert.Equal(1, again.Status!.Process!.Restarts);
        Assert.Contains("signal 9", again.Status.Process.LastExit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replica_Deleted_StopsTheEngineAndLetsTheObjectGo()
    {
        await using AgentFixture agent = await StartAsync();
        await agent.CreateReplicaAsync(Name, AgentFixture.FileArtifact(engine.TinyModelPath), Token);
        ModelReplica ready = await agent.WaitAsync(Name, IsReady, Token);
        int process = ready.Status!.Process!.ProcessId!.Value;

        await agent.Client.DeleteAsync<ModelReplica>(ready.Key, new DeleteOptions(), Token);

        long start = TimeProvider.System.GetTimestamp();
        while (await agent.Client.FindAsync<ModelReplica>(ready.Key, Token) is not null)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
            await Task.Delay(50, Token);
        }

        Assert.False(Directory.Exists($"/proc/{process}"));
        Assert.DoesNotContain(ReplicaFiles.PinOwner(ready.Key), agent.Store.Pins.Owners);
        ReplicaUnavailableException gone = await Assert.ThrowsAsync<ReplicaUnavailableException>(() =>
            agent.Core.Gateway.AcquireAsync(ready.Key, Token)
        );
        Assert.Equal(ReplicaUnavailableKind.NotFound, gone.Kind);
    }

    [Fact]
    public async Task Replica_OnDemand_LoadsAtTheFirstRequestAndUnloadsWhenIdle()
    {
        await using AgentFixture agent = await StartAsync();
        await agent.CreateReplicaAsync(
            Name,
            AgentFixture.FileArtifact(engine.TinyModelPath),
            Token,
            new ModelLoading { Mode = LoadingMode.OnDemand, IdleTimeout = Duration.Parse("1s") }
        );
        ModelReplica stored = await agent.WaitAsync(Name, IsReady, Token);
        Assert.Equal(ModelReplicaConditions.OnDemand, ReadyReason(stored));
        Assert.Equal(Residency.Unloaded, stored.Status!.Residency);
        Assert.Null(stored.Status.Process?.ProcessId);

        using (RequestLease lease = await agent.Core.Gateway.AcquireAsync(stored.Key, Token))
        {
            using HttpResponseMessage health = await lease.Engine.Client.GetAsync("health", Token);
            Assert.True(health.IsSuccessStatusCode);
            await agent.WaitAsync(Name, r => r.Status!.Residency == Residency.Loaded, Token);
        }

        ModelReplica unloaded = await agent.WaitAsync(
            Name,
            r => r.Status!.Residency == Residency.Unloaded,
            Token
        );
        Assert.True(IsReady(unloaded));
        using RequestLease second = await agent.Core.Gateway.AcquireAsync(stored.Key, Token);
        Assert.Equal(Engines.EngineState.Ready, second.Engine.State);
    }

    [Fact]
    public async Task Replica_CalledLostByTheOperator_SaysThatItAnswersAgain()
    {
        await using AgentFixture agent = await StartAsync();
        await agent.CreateReplicaAsync(Name, AgentFixture.FileArtifact(engine.TinyModelPath), Token);
        ModelReplica ready = await agent.WaitAsync(Name, IsReady, Token);

        await agent.Client.ApplyStatusAsync(
            ready with
            {
                Status = ready.Status! with
                {
                    Conditions = ready.Status.Conditions.Set(
                        ModelReplicaConditions.Ready,
                        ConditionStatus.Unknown,
                        ModelReplicaConditions.AgentLost,
                        "The agent has not been heard of.",
                        ready.Metadata.Generation,
                        TimeProvider.System.GetUtcNow()
                    ),
                },
            },
            new ApplyOptions { FieldManager = "operator", Force = true },
            Token
        );

        ModelReplica again = await agent.WaitAsync(Name, IsReady, Token);
        Assert.Equal(ModelReplicaConditions.EngineRunning, ReadyReason(again));
        Assert.Equal(ready.Status.Process!.ProcessId, again.Status!.Process!.ProcessId);
    }

    [Fact]
    public async Task Replica_FileReplacedWhileUnloaded_IsNotServedUnderTheOldDigest()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("ref-");
        string path = Path.Combine(folder.FullName, "model.gguf");
        File.Copy(engine.TinyModelPath, path);
        await using AgentFixture agent = await StartAsync();
        await agent.CreateReplicaAsync(
            Name,
            AgentFixture.FileArtifact(path) with
            {
                Digest = RegistryContent.FromFile(path).Digest.ToString(),
            },
            Token,
            new ModelLoading { Mode = LoadingMode.OnDemand }
        );
        ModelReplica stored = await agent.WaitAsync(Name, IsReady, Token);

        await File.AppendAllTextAsync(path, "another file", Token);

        ReplicaUnavailableException refused = await Assert.ThrowsAsync<ReplicaUnavailableException>(() =>
            agent.Core.Gateway.AcquireAsync(stored.Key, Token)
        );
        Assert.Equal(ReplicaUnavailableKind.EngineUnavailable, refused.Kind);
        ModelReplica changed = await agent.WaitAsync(
            Name,
            r => ReadyReason(r) == ModelReplicaConditions.DigestMismatch,
            Token
        );
        Assert.False(changed.Status!.Conditions.IsTrue(ModelReplicaConditions.Stored));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Replica_DigestWrittenDownAfterThePull_KeepsItsEngine()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        Uri url = registry.AddFile("tiny.gguf", RegistryContent.FromFile(engine.TinyModelPath));
        await using AgentFixture agent = await StartAsync(registry);
        await agent.CreateReplicaAsync(Name, AgentFixture.HttpArtifact(url, null), Token);
        ModelReplica ready = await agent.WaitAsync(Name, IsReady, Token);

        ModelReplica changed = await agent.Client.PatchAsync<ModelReplica>(
            ready.Key,
            new Kubernetes.Patching.Patch.Merge(
                new System.Text.Json.Nodes.JsonObject
                {
                    ["spec"] = new System.Text.Json.Nodes.JsonObject
                    {
                        ["artifact"] = new System.Text.Json.Nodes.JsonObject
                        {
                            ["digest"] = ready.Status!.Digest,
                        },
                        ["loading"] = new System.Text.Json.Nodes.JsonObject { ["idleTimeout"] = "5m" },
                    },
                }
            ),
            new PatchOptions { FieldManager = "operator" },
            Token
        );

        ModelReplica kept = await agent.WaitAsync(
            Name,
            r => IsReady(r) && r.Status!.ObservedGeneration == changed.Metadata.Generation,
            Token
        );
        Assert.True(changed.Metadata.Generation > ready.Metadata.Generation);
        Assert.Equal(ready.Status.Process!.ProcessId, kept.Status!.Process!.ProcessId);
    }

    [Fact]
    public async Task Replica_MoreThanReserved_IsNotStarted()
    {
        await using AgentFixture agent = await StartAsync();
        await agent.Client.CreateAsync(
            new ModelReplica
            {
                Metadata = new ObjectMeta
                {
                    Name = Name,
                    Namespace = AgentFixture.Namespace,
                    Labels = new Dictionary<string, string> { [Api.WellKnown.NodeLabel] = AgentFixture.Node },
                },
                Spec = new ModelReplicaSpec
                {
                    ModelName = "tiny",
                    NodeName = AgentFixture.Node,
                    Artifact = AgentFixture.FileArtifact(engine.TinyModelPath),
                    Engine = new ReplicaEngine { ContextLength = 262_144, ParallelSequences = 4 },
                    Reservations = [new DeviceReservation { Device = "CPU", TotalBytes = 1 << 20 }],
                },
            },
            new WriteOptions { FieldManager = "test" },
            Token
        );

        ModelReplica refused = await agent.WaitAsync(
            Name,
            r => ReadyReason(r) == ModelReplicaConditions.ReservationExceeded,
            Token
        );
        Assert.Null(refused.Status!.Process?.ProcessId);
    }

    [Fact]
    public async Task Replica_OtherChatTemplateThanPinned_IsRefusedBeforeAnyEngineSeesIt()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        await using AgentFixture agent = await StartAsync(registry);
        await agent.CreateReplicaAsync(
            Name,
            AgentFixture.FileArtifact(engine.TinyModelPath) with
            {
                ChatTemplateSha256 = new string('0', 64),
            },
            Token
        );

        ModelReplica refused = await agent.WaitAsync(
            Name,
            r => ReadyReason(r) == ModelReplicaConditions.TemplateChanged,
            Token
        );
        ModelFacts facts = ModelFacts.From(await GgufReader.ReadFileAsync(engine.TinyModelPath, Token));
        Assert.Equal(facts.ChatTemplateSha256, refused.Status!.ChatTemplateSha256);
        Assert.True(refused.Status.Conditions.IsTrue(ModelReplicaConditions.Stalled));
        Assert.Null(refused.Status.Process?.ProcessId);
        Assert.Null(refused.Status.Memory);
    }

    [Fact]
    public async Task Replica_NotGguf_SaysSo()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        Uri url = registry.AddFile("bad.gguf", RegistryContent.Generated(200_000, 1));
        await using AgentFixture agent = await StartAsync(registry);
        await agent.CreateReplicaAsync(Name, AgentFixture.HttpArtifact(url, null), Token);

        ModelReplica refused = await agent.WaitAsync(
            Name,
            r => ReadyReason(r) == ModelReplicaConditions.InvalidModelFile,
            Token
        );
        Assert.Equal(PullState.Failed, refused.Status!.Pull!.State);
        Assert.Empty(agent.Store.Blobs);
    }

    [Fact]
    public async Task Replica_PulledOverHttp_BecomesReadyWithItsDigest()
    {
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Token);
        RegistryContent content = RegistryContent.FromFile(engine.TinyModelPath);
        Uri url = registry.AddFile("tiny.gguf", content);
        registry.Inject(new RegistryFault.FlipByte(100_000));
        await using AgentFixture agent = await StartAsync(registry);
        await agent.CreateReplicaAsync(
            Name,
            AgentFixture.HttpArtifact(url, content.Digest.ToString()),
            Token
        );

        ModelReplica ready = await agent.WaitAsync(Name, IsReady, Token);
        Assert.Equal(content.Digest.ToString(), ready.Status!.Digest);
        Assert.Equal("100%", ready.Status.Pull!.Summary);
        Assert.Equal(2, ready.Status.Pull.Attempts);
    }

    [Fact]
    public async Task Node_Reports_ItsDevicesEngineAndLease()
    {
        await using AgentFixture agent = await StartAsync();

        LlmNode? node = null;
        long start = TimeProvider.System.GetTimestamp();
        while (node?.Status is null)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
            await Task.Delay(50, Token);
            node = await agent.Client.FindAsync<LlmNode>(new ObjectKey(null, AgentFixture.Node), Token);
        }

        NodeDevice cpu = Assert.Single(node.Status.Devices);
        Assert.Equal("CPU", cpu.Name);
        Assert.InRange(cpu.BudgetBytes, 1, cpu.MemoryBytes);
        Assert.True(node.Status.Conditions.IsTrue(LlmNodeConditions.Ready));
        Assert.Equal("llama-server", Assert.Single(node.Status.Engines).Name);
        Kubernetes.Models.Lease? lease = null;
        while (lease is null)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
            await Task.Delay(50, Token);
            lease = await agent.Client.FindAsync<Kubernetes.Models.Lease>(
                new ObjectKey(Api.WellKnown.NodeLeaseNamespace, AgentFixture.Node),
                Token
            );
        }

        Assert.Equal(40, lease.Spec.LeaseDurationSeconds);
        Assert.Equal(AgentFixture.Node, lease.Spec.HolderIdentity);
    }

    [Fact]
    public async Task Node_StoppedWhileARequestIsDrained_StaysCalledStopping()
    {
        await using AgentFixture agent = await AgentFixture.StartAsync(
            engine.Command.FileName,
            Token,
            change: options =>
                options with
                {
                    ReportInterval = TimeSpan.FromMilliseconds(100),
                    DrainTimeout = TimeSpan.FromSeconds(2),
                }
        );
        await agent.CreateReplicaAsync(Name, AgentFixture.FileArtifact(engine.TinyModelPath), Token);
        ModelReplica ready = await agent.WaitAsync(Name, IsReady, Token);
        using RequestLease request = await agent.Core.Gateway.AcquireAsync(ready.Key, Token);

        await agent.Core.StopAsync(Token);

        LlmNode node = await agent.Client.GetAsync<LlmNode>(new ObjectKey(null, AgentFixture.Node), Token);
        Assert.Equal(
            LlmNodeConditions.AgentStopping,
            node.Status!.Conditions.Find(LlmNodeConditions.Ready)!.Reason
        );
    }

    private Task<AgentFixture> StartAsync(RegistryStandIn? registry = null) =>
        AgentFixture.StartAsync(engine.Command.FileName, Token, registry?.Settings);

    private static bool IsReady(ModelReplica replica) =>
        replica.Status?.Conditions.IsTrue(ModelReplicaConditions.Ready) == true;

    private static string? ReadyReason(ModelReplica replica) =>
        replica.Status?.Conditions.Find(ModelReplicaConditions.Ready)?.Reason;
}
