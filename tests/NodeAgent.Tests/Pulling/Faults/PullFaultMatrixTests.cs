using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using LlmOperator.Testing.Registries;

namespace LlmOperator.NodeAgent.Tests.Pulling.Faults;

/// <summary>
/// Each fault with each protocol: in the end the file with the right digest or a failure that says what is wrong, no file
/// outside of the store, credentials at no other host, and no more bytes fetched again than the fault explains.
/// </summary>
public sealed class PullFaultMatrixTests : IDisposable
{
    private const int Unit = 64 << 10;

    // A byte by which the size of a file is found out, and once more where its address is resolved again.
    private const int Probes = 2;
    private const string Token = "secret-of-the-registry";
    private static readonly RegistryContent s_content = PullContent.Model();
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("matrix-");

    public static TheoryData<PullProtocol, string> Matrix =>
        [
            .. from protocol in Enum.GetValues<PullProtocol>()
            from fault in PullFaults.All
            select new TheoryDataRow<PullProtocol, string>(protocol, fault.Name),
        ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Matrix))]
    public async Task PullAsync_Fault_HealsOrFailsClearly(PullProtocol protocol, string name)
    {
        PullFault fault = PullFaults.All.Single(f => f.Name == name);
        await using RegistryStandIn registry = await RegistryStandIn.StartAsync(Cancellation);
        (ModelSource source, SourceSettings settings) = Publish(registry, protocol);
        RegistryFault made = fault.Make(s_content.Length);
        registry.Inject(made with { LeastBytes = Math.Max(2, made.LeastBytes) });
        string folder = Path.Combine(_parent.FullName, "store");
        bool isExact = fault.Again == (0, 0);
        await using PullerFixture fixture = new(
            settings,
            Unit,
            folder,
            connections: 4,
            change: options => isExact ? options with { SpanUnits = 1 } : PullerFixture.Impatient(options)
        );

        Task<StoredModelFiles> pull = fixture.PullAsync(source, s_content.Digest, Cancellation);
        if (fault.Fails is { } failure)
        {
            ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() => pull);
            Assert.Equal(failure, error.Failure);
            Assert.Empty(fixture.Store.Blobs);
        }
        else if (fault.IsWrongDigest)
        {
            await Assert.ThrowsAsync<DigestMismatchException>(() => pull);
            Assert.Empty(fixture.Store.Blobs);
        }
        else
        {
            Assert.Equal(s_content.Digest, (await pull).Digest);
            Assert.Equal(s_content.Digest, await FileHash.ComputeAsync(PathOf(fixture), Cancellation));
            Assert.Empty(Directory.EnumerateDirectories(fixture.Store.Layout.Partial));
        }

        // On a busy machine a connection may look stalled: a span comes again, but where pulls are patient.
        int units = isExact ? 0 : fault.Again.Units + PullFaults.SpanUnits;
        long most = s_content.Length * (1 + fault.Again.Files) + (long)Unit * units + Probes;
        Assert.InRange(registry.SentBytes, 0, most);
        Assert.Equal([folder], _parent.EnumerateFileSystemInfos().Select(entry => entry.FullName));
        Assert.DoesNotContain(
            registry.Requests,
            request => request.Host == registry.ContentAddress.Host && request.Authorization is not null
        );
    }

    public void Dispose() => _parent.Delete(recursive: true);

    private static string PathOf(PullerFixture fixture) => fixture.Store.PathOf(s_content.Digest);

    private static (ModelSource, SourceSettings) Publish(RegistryStandIn registry, PullProtocol protocol)
    {
        switch (protocol)
        {
            case PullProtocol.Http:
                return (new HttpSource(registry.AddFile("m.gguf", s_content)), registry.Settings);
            case PullProtocol.Ollama:
                registry.Ollama.Add("matrix", s_content);
                return (new OllamaSource(OllamaName.Parse("matrix")), registry.Settings);
            case PullProtocol.Oci:
                registry.Oci.Add("acme/matrix", "v1", s_content);
                // The registry gives a token for the pull, at its realm.
                registry.RequiredToken = Token;
                return (
                    new OciSource(OciReference.Parse($"{registry.Address.Authority}/acme/matrix:v1")),
                    registry.Settings
                );
            default:
                registry.HuggingFace.Add("Acme/Matrix", "m-Q4_K_M.gguf", s_content);
                registry.RequiredToken = Token;
                return (
                    new HuggingFaceSource("Acme/Matrix", null),
                    registry.Settings with
                    {
                        Tokens = new Dictionary<string, string> { [registry.Address.Host] = Token },
                    }
                );
        }
    }
}
