using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Gguf;
using LlmOperator.Operator.LlmModels;
using LlmOperator.Operator.Placement;
using LlmOperator.Testing.Gguf;
using ModelFiles = LlmOperator.Models.Memory.ModelFiles;

namespace LlmOperator.Operator.Tests.LlmModels;

public sealed class LoadChoicesTests
{
    [Fact]
    public async Task Of_VariantsContextsAndCaches_AreTriedInOrder()
    {
        LlmModelSpec spec = new()
        {
            Context = new ContextRange { Preferred = 2048, Minimum = 1024 },
            KvCacheTypes = [KvCacheType.F16, KvCacheType.F32],
        };

        IReadOnlyList<LoadChoice> choices = LoadChoices.Of(
            spec,
            [await VariantAsync("A"), await VariantAsync("B")]
        );

        Assert.Equal(
            [
                "A 2048 F16",
                "A 2048 F32",
                "B 2048 F16",
                "B 2048 F32",
                "A 1024 F16",
                "A 1024 F32",
                "B 1024 F16",
                "B 1024 F32",
            ],
            choices.Select(c => $"{c.Artifact.Variant} {c.ContextLength} {c.KvCacheType}")
        );
        Assert.Equal(choices.Count, choices.Select(c => c.Candidate.Id).Distinct().Count());
    }

    [Fact]
    public async Task Of_StoreOnly_HoldsNoBytesAndIsAnotherWay()
    {
        LlmModelSpec loaded = new();
        LlmModelSpec stored = loaded with { Loading = new ModelLoading { Mode = LoadingMode.StoreOnly } };

        LoadChoice way = LoadChoices.Of(stored, [await VariantAsync("A")])[0];

        Assert.Equal(0, way.Candidate.OnCpu!.Value.Total + way.Candidate.OnGpu!.Value.Total);
        Assert.Null(way.Candidate.Split);
        Assert.DoesNotContain(
            way.Candidate.Id,
            LoadChoices.Of(loaded, [await VariantAsync("A")]).Select(c => c.Candidate.Id)
        );
    }

    [Fact]
    public async Task Of_LargerContextAndFormat_NeedMoreCache()
    {
        IReadOnlyList<LoadChoice> choices = LoadChoices.Of(
            new LlmModelSpec
            {
                Context = new ContextRange { Preferred = 2048, Minimum = 1024 },
                KvCacheTypes = [KvCacheType.F32, KvCacheType.F16],
            },
            [await VariantAsync("A")]
        );

        List<long> caches = [.. choices.Select(c => c.Candidate.OnCpu!.Value.KvCache)];
        Assert.Equal(caches[0], caches[1] * 2);
        Assert.Equal(caches[0], caches[2] * 2);
        Assert.All(choices, c => Assert.True(c.Candidate.OnCpu!.Value.Weights > 0));
        Assert.All(choices, c => Assert.True(c.Candidate.OnGpu!.Value.Total > 0));
    }

    [Fact]
    public async Task Of_ImpossibleCacheFormat_IsLeftOut()
    {
        // One head of 16 elements cannot be split into blocks of 32.
        IReadOnlyList<LoadChoice> choices = LoadChoices.Of(
            new LlmModelSpec { KvCacheTypes = [KvCacheType.Q8_0, KvCacheType.F16] },
            [await VariantAsync("A", new ModelShape { KvHeads = 1 })]
        );

        Assert.Equal([KvCacheType.F16], choices.Select(c => c.KvCacheType));
    }

    [Fact]
    public async Task Of_MemoryOverride_ReplacesTheSum()
    {
        IReadOnlyList<LoadChoice> choices = LoadChoices.Of(
            new LlmModelSpec { Memory = new MemoryOverride { Override = Quantity.Parse("6Gi") } },
            [await VariantAsync("A")]
        );

        Assert.Equal(6L << 30, Assert.Single(choices).Candidate.OnGpu!.Value.Total);
        Assert.Equal(0, choices[0].Candidate.BesideGpu.Total);
    }

    [Fact]
    public async Task Of_ProjectorAndAdapter_AreInEveryPlan()
    {
        InspectedVariant model = await VariantAsync("A");
        GgufFile projector = await ReadAsync(new ProjectorShape().Builder());
        GgufFile adapter = await ReadAsync(new AdapterShape().Builder());
        InspectedVariant whole = model with
        {
            Files = model.Files with { Projector = projector, Adapters = [adapter] },
        };
        long weights = Bytes(projector) + Bytes(adapter);

        PlacementCandidate alone = LoadChoices.Of(new LlmModelSpec(), [model])[0].Candidate;
        PlacementCandidate with = LoadChoices.Of(new LlmModelSpec(), [whole])[0].Candidate;

        Assert.Equal(weights, with.OnCpu!.Value.Weights - alone.OnCpu!.Value.Weights);
        Assert.Equal(weights, with.OnGpu!.Value.Weights - alone.OnGpu!.Value.Weights);
        Assert.True(with.OnGpu!.Value.Compute > alone.OnGpu!.Value.Compute);
        // Divided, the projector lies on the first GPU and each adapted matrix beside its layer.
        IReadOnlyList<long> divided =
        [
            .. with.Split!.Of([1, 2])!
                .Gpus.Zip(alone.Split!.Of([1, 2])!.Gpus, (more, less) => more.Weights - less.Weights),
        ];
        Assert.Equal([Bytes(projector) + (Bytes(adapter) / 2), Bytes(adapter) / 2], divided);
    }

    private static long Bytes(GgufFile file) => file.Tensors.Sum(tensor => tensor.SizeBytes);

    private static async Task<GgufFile> ReadAsync(GgufBuilder builder) =>
        await GgufReader.ReadAsync(
            new MemoryByteRangeSource(builder.Build()),
            GgufLimits.Default,
            TestContext.Current.CancellationToken
        );

    private static async Task<InspectedVariant> VariantAsync(string name, ModelShape? shape = null)
    {
        GgufFile header = await GgufReader.ReadAsync(
            new MemoryByteRangeSource(ModelShapes.Builder(shape ?? new ModelShape(), new Random(1)).Build()),
            GgufLimits.Default,
            TestContext.Current.CancellationToken
        );
        return new InspectedVariant
        {
            Artifact = new ModelArtifact
            {
                Variant = name,
                Source = new ModelSource { File = new FileModelSource { Path = $"/{name}.gguf" } },
            },
            Facts = ModelFacts.From(header),
            Files = new ModelFiles { Parts = [header] },
        };
    }
}
