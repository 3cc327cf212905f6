using LlmOperator.Api.V1Alpha1;
using LlmOperator.Artifacts;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Sources;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.LlmModels.Refresh;
using LlmOperator.Operator.ModelCatalogs;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Registries;
using Microsoft.Extensions.Time.Testing;
using ModelSource = LlmOperator.Api.V1Alpha1.ModelSource;

namespace LlmOperator.Operator.Tests.LlmModels.Refresh;

/// <summary>Looks at a registry over time, which passes as the test says.</summary>
public sealed class SourceLooksTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordedEvents _events = new();
    private readonly RegistryContent _first = RegistryContent.FromBytes(ModelShapes.TinyLlama());
    private readonly RegistryContent _second = RegistryContent.FromBytes(ModelShapes.TinyLlama(seed: 2));
    private RegistryStandIn _registry = null!;
    private GuardedHttp _http = null!;
    private Line _line = null!;
    private ModelInspector _inspector = null!;
    private SourceLooks _looks = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _registry = await RegistryStandIn.StartAsync(Token);
        _registry.Ollama.Add("tiny:v1", _first);
        _http = new GuardedHttp(_registry.Settings, _time);
        _line = new Line(new SourceResolver(_http, _registry.Settings, _time));
        _inspector = new ModelInspector(
            _line,
            new RangeClient(_http, _registry.Settings, _time),
            new SourceSecrets(null, _registry.Settings),
            _time
        );
        _looks = new SourceLooks(_inspector, _events, _time, new Random(1));
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task Look_Interval_IsDueWithinItAndThenOnceEachInterval()
    {
        (LlmModel model, Acceptance.Accepted accepted) = Model(SourceRefresh.Interval, minutes: 60);
        Inspection.Done known = await InspectAsync(model, accepted);
        Assert.InRange(_looks.UntilNext(model, accepted)!.Value.TotalMinutes, 0.001, 60);

        _time.Advance(TimeSpan.FromMinutes(60));
        Assert.Equal(TimeSpan.Zero, _looks.UntilNext(model, accepted));
        Assert.Same(known, await LookAsync(model, accepted, known));
        Assert.InRange(_looks.UntilNext(model, accepted)!.Value.TotalMinutes, 60, 66);

        _registry.Ollama.Add("tiny:v1", _second);
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Same(known, await LookAsync(model, accepted, known));
        _time.Advance(TimeSpan.FromMinutes(7));
        Inspection.Done moved = await LookAsync(model, accepted, known);

        Assert.Equal(_second.Digest.ToString(), moved.Variants[0].Artifact.Digest);
        Assert.StartsWith(
            "Normal SourceMoved: ollama tiny:v1 moved from sha256:",
            Assert.Single(_events.Told),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Look_IntervalMadeShorter_CountsAtOnce()
    {
        (LlmModel model, Acceptance.Accepted accepted) = Model(SourceRefresh.Interval, minutes: 6000);
        Inspection.Done known = await InspectAsync(model, accepted);
        _time.Advance(TimeSpan.FromMinutes(6000));
        await LookAsync(model, accepted, known);

        (LlmModel hurried, Acceptance.Accepted often) = Model(SourceRefresh.Interval, minutes: 10);

        Assert.InRange(_looks.UntilNext(hurried, often)!.Value.TotalMinutes, 0, 11);
    }

    [Fact]
    public async Task Look_Never_KeepsTheFilesAndHintsOnce()
    {
        (LlmModel model, Acceptance.Accepted accepted) = Model(SourceRefresh.Never);
        Inspection.Done known = await InspectAsync(model, accepted);
        _looks.UntilNext(model, accepted);
        _registry.Ollama.Add("tiny:v1", _second);

        _time.Advance(TimeSpan.FromDays(1));
        Inspection.Done hinted = await LookAsync(model, accepted, known);
        _time.Advance(TimeSpan.FromDays(2));
        Inspection.Done again = await LookAsync(model, accepted, hinted);

        Assert.Equal(_first.Digest.ToString(), again.Variants[0].Artifact.Digest);
        Assert.Equal(hinted.Notices, again.Notices);
        string notice = Assert.Single(hinted.Notices);
        Assert.EndsWith("is kept, as source.refresh is Never.", notice, StringComparison.Ordinal);
        Assert.Equal([$"Normal SourceMoved: {notice}"], _events.Told);

        _registry.Ollama.Add("tiny:v1", _first);
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Empty((await LookAsync(model, accepted, again)).Notices);
    }

    [Fact]
    public async Task Look_OnChange_IsDueWhenTheSpecChangesAndNeverByTime()
    {
        (LlmModel model, Acceptance.Accepted accepted) = Model(SourceRefresh.OnChange);
        Inspection.Done known = await InspectAsync(model, accepted);
        Assert.Null(_looks.UntilNext(model, accepted));
        _time.Advance(TimeSpan.FromDays(1000));
        Assert.Null(_looks.UntilNext(model, accepted));

        (LlmModel changed, _) = Model(SourceRefresh.OnChange, generation: 2);
        Assert.Equal(TimeSpan.Zero, _looks.UntilNext(changed, accepted));
        await LookAsync(changed, accepted, known);

        Assert.Null(_looks.UntilNext(changed, accepted));
    }

    [Fact]
    public async Task Look_SourceIsAway_IsTriedAgainSoonerAndToldOnce()
    {
        (LlmModel model, Acceptance.Accepted accepted) = Model(SourceRefresh.Interval, minutes: 600);
        Inspection.Done known = await InspectAsync(model, accepted);
        _looks.UntilNext(model, accepted);
        _line.IsDown = true;
        _time.Advance(TimeSpan.FromMinutes(600));

        Inspection.Done failed = await LookAsync(model, accepted, known);
        Assert.InRange(_looks.UntilNext(model, accepted)!.Value.TotalMinutes, 1, 1.5);
        _time.Advance(TimeSpan.FromMinutes(2));
        await LookAsync(model, accepted, failed);
        Assert.InRange(_looks.UntilNext(model, accepted)!.Value.TotalMinutes, 2, 3);

        Assert.Equal(known.Variants, failed.Variants);
        Assert.Contains("failed, so that what was found before stays", Assert.Single(failed.Notices));
        Assert.StartsWith("Warning SourceLookFailed", Assert.Single(_events.Told), StringComparison.Ordinal);

        _line.IsDown = false;
        _time.Advance(TimeSpan.FromMinutes(4));
        Assert.Empty((await LookAsync(model, accepted, failed)).Notices);
        Assert.InRange(_looks.UntilNext(model, accepted)!.Value.TotalMinutes, 600, 660);
    }

    [Theory]
    [InlineData(SourceRefresh.Interval)]
    [InlineData(SourceRefresh.OnChange)]
    public async Task Look_SourceThatLostTheNewFiles_ReadsThemAtTheMirrorByDigest(SourceRefresh refresh)
    {
        await using RegistryStandIn mirror = await RegistryStandIn.StartAsync(Token);
        // Under another name, and behind: its tag still means the old files.
        mirror.Ollama.Add("copies/tiny:old", _first, ("license", _second));
        SourceMirror copy = Registry(mirror, "copies/tiny:old");
        double? minutes = refresh == SourceRefresh.Interval ? 60 : null;
        (LlmModel model, Acceptance.Accepted accepted) = Model(refresh, minutes, mirror: copy);
        Inspection.Done known = await InspectAsync(model, accepted);
        _looks.UntilNext(model, accepted);
        _registry.Ollama.AddManifest("tiny:v1", ManifestOf(_second));

        _time.Advance(TimeSpan.FromMinutes(60));
        (LlmModel changed, _) = Model(refresh, minutes, generation: 2, mirror: copy);
        Inspection.Done moved = await LookAsync(changed, accepted, known);

        Assert.Equal(_second.Digest.ToString(), moved.Variants[0].Artifact.Digest);
        Assert.Empty(moved.Notices);
        Assert.Contains(mirror.Requests, r => r.Path.EndsWith(_second.Digest.ToString()));
        Assert.DoesNotContain(mirror.Requests, r => r.Path.Contains("/manifests/"));
    }

    [Fact]
    public async Task Look_SourceAwayAndMirrorBehind_DoesNotGoBack()
    {
        await using RegistryStandIn mirror = await RegistryStandIn.StartAsync(Token);
        mirror.Ollama.Add("tiny:v1", _second);
        (LlmModel model, Acceptance.Accepted accepted) = Model(
            SourceRefresh.Interval,
            minutes: 60,
            mirror: Registry(mirror, "library/tiny:v1")
        );
        Inspection.Done known = await InspectAsync(model, accepted);
        _looks.UntilNext(model, accepted);
        _line.IsDown = true;

        _time.Advance(TimeSpan.FromMinutes(60));
        Inspection.Done looked = await LookAsync(model, accepted, known);

        Assert.Equal(_first.Digest.ToString(), looked.Variants[0].Artifact.Digest);
        Assert.Contains("failed, so that what was found before stays", Assert.Single(looked.Notices));
        Assert.Empty(mirror.Requests);
    }

    [Fact]
    public async Task Inspect_MirrorWhoseNameMeansOtherWeights_IsRefused()
    {
        await using RegistryStandIn mirror = await RegistryStandIn.StartAsync(Token);
        mirror.Ollama.Add("tiny:v1", _second);
        (LlmModel model, Acceptance.Accepted accepted) = Model(
            SourceRefresh.Never,
            mirror: Registry(mirror, "library/tiny:v1")
        );
        ModelArtifact recorded = (await InspectAsync(model, accepted)).Variants[0].Artifact;
        // As an operator of an earlier version left it: the digest, and no files that could be asked for by digest.
        model = model with
        {
            Status = new LlmModelStatus { Artifacts = [recorded with { Files = null }] },
        };
        _line.IsDown = true;

        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            _inspector.InspectAsync(model, accepted.Variants[0], Token)
        );

        Assert.Equal("The registry is away.", error.Message);
    }

    private static SourceMirror Registry(RegistryStandIn registry, string name) =>
        new() { Ollama = new OllamaModelSource { Name = $"{registry.Address.Authority}/{name}" } };

    private static string ManifestOf(RegistryContent weights) =>
        $$"""
            {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json",
             "layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"{{weights.Digest}}","size":{{weights.Length}}}]}
            """;

    private static (LlmModel Model, Acceptance.Accepted Accepted) Model(
        SourceRefresh refresh,
        double? minutes = null,
        long generation = 1,
        SourceMirror? mirror = null
    )
    {
        LlmModel model = new()
        {
            Metadata = new ObjectMeta
            {
                Name = "tiny",
                Namespace = "default",
                Generation = generation,
            },
            Spec = new LlmModelSpec
            {
                Source = new ModelSource
                {
                    Ollama = new OllamaModelSource { Name = "tiny:v1" },
                    Refresh = refresh,
                    RefreshInterval = minutes is { } m ? Duration.From(TimeSpan.FromMinutes(m)) : null,
                    Mirrors = mirror is null ? null : [mirror],
                },
            },
        };
        return (
            model,
            (Acceptance.Accepted)LlmModelAcceptance.Check(model.Spec, new CatalogIndex([]), allowFiles: false)
        );
    }

    private async Task<Inspection.Done> InspectAsync(LlmModel model, Acceptance.Accepted accepted) =>
        new([await _inspector.InspectAsync(model, accepted.Variants[0], Token)]);

    private Task<Inspection.Done> LookAsync(
        LlmModel model,
        Acceptance.Accepted accepted,
        Inspection.Done known
    ) => _looks.LookAsync(model, accepted, known, Token);

    private sealed class Line(ISourceResolver inner) : ISourceResolver
    {
        public bool IsDown { get; set; }

        public Task<ResolvedModel> ResolveAsync(
            LlmOperator.Models.Sources.ModelSource source,
            SourceCredentials? credentials,
            CancellationToken cancellationToken
        ) =>
            IsDown && source is not OllamaSource { Name.Host: not null }
                ? throw new ModelSourceException(ModelSourceFailure.Unreachable, "The registry is away.")
                : inner.ResolveAsync(source, credentials, cancellationToken);
    }
}
