using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Tests.Pulling;

/// <summary>A private file is reused by another namespace only after the origin accepted that one's own credential.</summary>
public sealed class FileRightsTests : IAsyncLifetime
{
    private const string Repo = "acme/private";
    private const string Secret = "s3cret";
    private const string Path = "tiny.gguf";
    private const int Unit = 64 << 10;
    private readonly RegistryContent _content = RegistryContent.FromBytes(ModelShapes.TinyLlama());
    private RegistryStandIn _registry = null!;
    private PullerFixture _fixture = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _registry = await RegistryStandIn.StartAsync(Token);
        _registry.HuggingFace.Add(Repo, Path, _content);
        _registry.RequiredToken = Secret;
        _fixture = new PullerFixture(_registry.Settings, Unit, change: PullerFixture.Impatient);
    }

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task PullAsync_StoredPrivateFile_IsRefusedToANamespaceWithoutRight(string? token)
    {
        await PullAsync("team-a", Secret);

        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            PullAsync("team-b", token)
        );

        Assert.Equal(ModelSourceFailure.Unauthorized, error.Failure);
        Assert.Contains("team-b", error.Message, StringComparison.Ordinal);
        Assert.Equal(["team-a"], _fixture.Store.Access.NamespacesOf(_content.Digest)!);
    }

    [Fact]
    public async Task PullAsync_StoredPrivateFile_IsReusedByANamespaceThatTheOriginAccepts()
    {
        await PullAsync("team-a", Secret);
        long sent = _registry.SentBytes;

        StoredModelFiles model = await PullAsync("team-b", Secret);
        int requests = _registry.Requests.Count;
        await PullAsync("team-b", Secret);

        Assert.Equal(_content.Digest, model.Digest);
        Assert.InRange(_registry.SentBytes - sent, 1, 1);
        Assert.Equal(requests, _registry.Requests.Count);
        Assert.Equal(
            ["team-a", "team-b"],
            _fixture.Store.Access.NamespacesOf(_content.Digest)!.Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task PullAsync_RunningPrivatePull_IsNotJoinedByANamespaceWithoutRight()
    {
        _registry.Inject(new RegistryFault.StallAfter(Unit + 1) { Times = 1 });
        _registry.Inject(new RegistryFault.Slow(1 << 20) { Times = 100 });
        Task<StoredModelFiles> running = PullAsync("team-a", Secret);
        await Eventually.IsTrueAsync(
            () => _fixture.Store.Access.NamespacesOf(_content.Digest) is not null,
            "the file has its label before it is here"
        );

        Task<StoredModelFiles> other = PullAsync("team-b", null);
        _registry.ClearFaults();
        await running;

        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() => other);
        Assert.Equal(ModelSourceFailure.Unauthorized, error.Failure);
    }

    [Fact]
    public async Task PullAsync_FileThatTheOriginGivesToAnybody_IsAnybodys()
    {
        await PullAsync("team-a", Secret);
        _registry.RequiredToken = null;

        await PullAsync("team-b", null);
        _registry.RequiredToken = Secret;
        StoredModelFiles model = await PullAsync("team-c", null);

        Assert.Equal(_content.Digest, model.Digest);
        Assert.Null(_fixture.Store.Access.NamespacesOf(_content.Digest));
    }

    [Fact]
    public async Task PullAsync_PrivateFileThatTheNodeHas_GetsItsLabelBeforeItIsUsed()
    {
        string ollama = await CacheAsync();

        StoredModelFiles model = await PullAsync("team-a", Secret);

        Assert.Equal(
            System.IO.Path.Combine(ollama, "blobs", _content.Digest.FileName),
            _fixture.Store.PathsOf(model).Weights
        );
        Assert.Equal(["team-a"], _fixture.Store.Access.NamespacesOf(_content.Digest)!);
        await Assert.ThrowsAsync<ModelSourceException>(() => PullAsync("team-b", null));
        Directory.Delete(ollama, recursive: true);
    }

    [Fact]
    public async Task PullAsync_PrivateFileThatTheNodeHas_IsNotUsedForAWrongCredential()
    {
        string ollama = await CacheAsync();

        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            PullAsync("team-a", "wrong")
        );

        Assert.Equal(ModelSourceFailure.Unauthorized, error.Failure);
        Assert.Empty(_fixture.Store.Blobs);
        Directory.Delete(ollama, recursive: true);
    }

    // As if Ollama had pulled the file on this node.
    private async Task<string> CacheAsync()
    {
        string ollama = Directory.CreateTempSubdirectory("ollama-").FullName;
        Directory.CreateDirectory(System.IO.Path.Combine(ollama, "blobs"));
        await File.WriteAllBytesAsync(
            System.IO.Path.Combine(ollama, "blobs", _content.Digest.FileName),
            await _content.ReadAllAsync(),
            Token
        );
        _fixture.Store.Caches = new NodeCaches(_fixture.Store, [ollama], [], NullLogger<NodeCaches>.Instance);
        return ollama;
    }

    private Task<StoredModelFiles> PullAsync(string @namespace, string? token) =>
        _fixture.PullAsync(
            new PullRequest
            {
                Source = new PinnedSource(
                    new HuggingFaceSource(Repo),
                    [new PinnedFile(ResolvedFileRole.Weights, _content.Digest, _content.Length, Path)],
                    HuggingFaceRoutes.CommitOf(Repo)
                ),
                Expected = _content.Digest,
                PinOwner = @namespace,
                Namespace = @namespace,
                IsPrivate = token is not null,
                Credentials = _ => Task.FromResult(token is null ? null : new SourceCredentials(token)),
            },
            Token
        );
}
