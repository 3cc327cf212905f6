using System.Security.Cryptography;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Serving.Registry;
using LlmOperator.Testing.Engine;
using ModelSource = LlmOperator.Api.V1Alpha1.ModelSource;

namespace LlmOperator.NodeAgent.Tests.Hosting;

/// <summary>The origin is dead and no peer has the files: the mirror of the agent's configuration gives them by digest.</summary>
public sealed class ConfiguredMirrorStoryTests(EngineFixture engine)
    : IClassFixture<EngineFixture>,
        IAsyncLifetime
{
    // The discard port: nobody listens there, and nobody but root can.
    private const string Dead = "127.0.0.1:9";
    private const string Name = "tiny-node-a";
    private const string MirrorToken = "fedcba9876543210";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mirror-");
    private RegistryHost _mirror = null!;
    private byte[] _content = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ModelDigest Digest => ModelDigest.FromHash(SHA256.HashData(_content));

    public async ValueTask InitializeAsync()
    {
        _content = await File.ReadAllBytesAsync(engine.TinyModelPath, Token);
        _mirror = await RegistryHost.StartAsync(
            new RegistryOptions { StoreDirectory = _folder.FullName, Token = MirrorToken },
            Token
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _mirror.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Replica_OriginDead_BecomesReadyFromTheMirrorAndSaysSoOnce()
    {
        await using AgentFixture agent = await StartAsync();
        await _mirror.Store.ImportAsync(engine.TinyModelPath, "other/name:v7", Token);

        await agent.CreateReplicaAsync(Name, Artifact(HttpSource), Token);

        ModelReplica ready = await agent.WaitAsync(Name, Is(ModelReplicaConditions.Ready), Token);
        Assert.Equal(Digest.ToString(), ready.Status!.Digest);
        KubernetesEvent told = Assert.Single(await FallsAsync(agent));
        Assert.StartsWith(
            $"origin failed, so that mirror {_mirror.Address.Authority} is asked: ",
            told.Note,
            StringComparison.Ordinal
        );
        Assert.EndsWith("check the address and the network.", told.Note, StringComparison.Ordinal);
        Assert.DoesNotContain(MirrorToken, told.Note, StringComparison.Ordinal);
        Assert.Contains(
            ready.Status.Pull!.Sources!,
            source => source.Name == $"mirror {_mirror.Address.Authority}" && source.Bytes >= _content.Length
        );
        Assert.Contains(
            ready.Status.Pull.Sources!,
            source => source.Name == "origin" && source.Error != null
        );
    }

    public static TheoryData<string> Sources => ["ollama", "huggingFace", "oci"];

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task Replica_OriginDead_IsStoredFromTheMirrorWhateverItsSource(string kind)
    {
        await using AgentFixture agent = await StartAsync();
        await _mirror.Store.ImportAsync(engine.TinyModelPath, "other/name:v7", Token);

        await agent.CreateReplicaAsync(
            Name,
            Artifact(SourceOf(kind)),
            Token,
            new ModelLoading { Mode = LoadingMode.StoreOnly }
        );

        ModelReplica stored = await agent.WaitAsync(Name, Is(ModelReplicaConditions.Stored), Token);
        Assert.Equal(Digest.ToString(), stored.Status!.Digest);
    }

    [Fact]
    public async Task Replica_MirrorHasTheFileForOthersOnly_IsNotGivenIt()
    {
        await using AgentFixture agent = await StartAsync();
        _mirror.Store.Access.Accept(Digest, "team-a", isNew: true);
        await _mirror.Store.ImportAsync(engine.TinyModelPath, "other/name:v7", Token);

        await agent.CreateReplicaAsync(
            Name,
            Artifact(HttpSource),
            Token,
            new ModelLoading { Mode = LoadingMode.StoreOnly }
        );

        ModelReplica failed = await agent.WaitAsync(
            Name,
            replica =>
                replica.Status?.Conditions.Find(ModelReplicaConditions.Stored)?.Reason
                == ModelReplicaConditions.PullFailed,
            Token
        );
        Assert.Empty(agent.Store.Blobs);
        Assert.NotNull(failed.Status);
    }

    private static ModelSource HttpSource =>
        new() { Http = new HttpModelSource { Url = $"http://{Dead}/tiny.gguf" } };

    private static ModelSource SourceOf(string kind) =>
        kind switch
        {
            "ollama" => new() { Ollama = new OllamaModelSource { Name = "tiny:v1" } },
            "huggingFace" => new() { HuggingFace = new HuggingFaceModelSource { Repo = "acme/tiny" } },
            _ => new() { Oci = new OciModelSource { Reference = $"{Dead}/deep/team/tiny:v1" } },
        };

    private ModelArtifact Artifact(ModelSource source) =>
        new()
        {
            Variant = "default",
            Source = source,
            Digest = Digest.ToString(),
            SizeBytes = _content.Length,
            Revision = "main",
            Files =
            [
                new ArtifactFile
                {
                    Role = ArtifactFileRole.Weights,
                    Digest = Digest.ToString(),
                    SizeBytes = _content.Length,
                    Path = source.HuggingFace is null ? null : "tiny.gguf",
                },
            ],
        };

    private Task<AgentFixture> StartAsync() =>
        AgentFixture.StartAsync(
            engine.Command.FileName,
            Token,
            new SourceSettings
            {
                OllamaRegistry = new Uri($"http://{Dead}/"),
                HuggingFace = new Uri($"http://{Dead}/"),
                AllowLoopback = true,
            },
            change: options => options with { Mirror = _mirror.Address, MirrorToken = MirrorToken }
        );

    private static Func<ModelReplica, bool> Is(string condition) =>
        replica => replica.Status?.Conditions.IsTrue(condition) == true;

    private static async Task<IReadOnlyList<KubernetesEvent>> FallsAsync(AgentFixture agent)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            IReadOnlyList<KubernetesEvent> falls =
            [
                .. (await agent.Client.ListAsync<KubernetesEvent>(new ListOptions(), Token)).Items.Where(e =>
                    e.Reason == ModelReplicaConditions.PullFellBack
                ),
            ];
            if (falls.Count > 0)
            {
                return falls;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20), "no event");
            await Task.Delay(50, Token);
        }
    }
}
