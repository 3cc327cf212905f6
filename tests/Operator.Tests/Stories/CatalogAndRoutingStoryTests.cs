using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;

namespace LlmOperator.Operator.Tests.Stories;

/// <summary>Catalogs, roles, policies and providers: each says what it lacks, and notices when it comes.</summary>
public sealed class CatalogAndRoutingStoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CatalogModel_IsLookedUp_AndItsVariantsAreTried()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await world.StartOperatorAsync();
        LlmModelSpec spec = new()
        {
            Source = new ModelSource { Catalog = new CatalogModelSource { Name = "demmo" } },
        };
        await world.ApplyAsync(Catalog(world, CatalogPolicy.Open));
        await world.ApplyAsync("demo", spec);
        LlmModel unknown = await world.WaitAsync(
            "demo",
            LlmModelConditions.Accepted,
            ConditionStatus.False,
            LlmModelConditions.SourceNotFound
        );
        Assert.Contains(
            "the nearest are demo",
            unknown.Status!.Conditions.Find(LlmModelConditions.Accepted)!.Message,
            StringComparison.Ordinal
        );

        await world.ApplyAsync(
            "demo",
            spec with
            {
                Source = new ModelSource { Catalog = new CatalogModelSource { Name = "demo" } },
            }
        );

        LlmModel ready = await world.WaitAsync(
            "demo",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
        Assert.Equal("F32", ready.Status!.Variant);
        Assert.NotNull(Assert.Single(ready.Status.Artifacts).Source.File);
        ModelCatalog catalog = await OperatorWorld.WaitAsync(
            () => world.Client.GetAsync<ModelCatalog>(new ObjectKey(null, "supported"), Token),
            c => c.Status?.Conditions.IsTrue(RoutingConditions.Ready) == true,
            "the catalog is ready"
        );
        Assert.Equal(1, catalog.Status!.Models);
    }

    [Fact]
    public async Task CatalogOnly_UnlistedModel_IsRefusedUntilThePolicyOpens()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.AddNodeAsync("node-a", 4096);
        await world.ApplyAsync(Catalog(world, CatalogPolicy.CatalogOnly));
        await world.StartOperatorAsync();

        await world.ApplyAsync(
            "other",
            new LlmModelSpec
            {
                Source = new ModelSource { File = new FileModelSource { Path = world.ModelFile("other") } },
            }
        );
        LlmModel refused = await world.WaitAsync(
            "other",
            LlmModelConditions.Accepted,
            ConditionStatus.False,
            LlmModelConditions.SourceRefused
        );
        Assert.True(refused.Status!.Conditions.IsTrue(LlmModelConditions.Stalled));
        await world.WaitForEventAsync(
            "NotAccepted",
            "Only models of a catalog are allowed (policy of ModelCatalog supported)"
        );

        await world.ApplyAsync(Catalog(world, CatalogPolicy.Open));
        await world.WaitAsync(
            "other",
            LlmModelConditions.Ready,
            ConditionStatus.True,
            LlmModelConditions.AllReady
        );
    }

    [Fact]
    public async Task Role_NamesWhatDoesNotExist_UntilItDoes()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.StartOperatorAsync();
        await world.ApplyAsync(
            new WorkerRole
            {
                Metadata = Named("coder"),
                Spec = new WorkerRoleSpec
                {
                    Targets = [new RouteTarget { Model = "demo" }],
                    RoutingPolicyName = "local",
                },
            }
        );
        Condition missing = await ReadyOf<WorkerRole, WorkerRoleSpec>(world, "coder", ConditionStatus.False);
        Assert.Equal(ConditionReason.ReferenceNotFound, missing.Reason);
        Assert.Contains("spec.targets[0]: LlmModel \"demo\"", missing.Message, StringComparison.Ordinal);
        Assert.Contains("RoutingPolicy \"local\"", missing.Message, StringComparison.Ordinal);

        await world.ApplyAsync(
            "demo",
            new LlmModelSpec
            {
                Source = new ModelSource { File = new FileModelSource { Path = world.ModelFile("demo") } },
            }
        );
        await world.ApplyAsync(
            new RoutingPolicy
            {
                Metadata = Named("local"),
                Spec = new RoutingPolicySpec { Targets = [new RouteTarget { Model = "demo" }] },
            }
        );

        await ReadyOf<WorkerRole, WorkerRoleSpec>(world, "coder", ConditionStatus.True);
        await ReadyOf<RoutingPolicy, RoutingPolicySpec>(world, "local", ConditionStatus.True);
    }

    [Fact]
    public async Task Policy_WithAnImpossiblePattern_NamesTheField()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.StartOperatorAsync();
        await world.ApplyAsync(
            new RoutingPolicy
            {
                Metadata = Named("broken"),
                Spec = new RoutingPolicySpec
                {
                    Rules =
                    [
                        new RoutingRule
                        {
                            Name = "r",
                            Match = new RoutingMatch { Patterns = ["(a)\\1"] },
                            Targets = [new RouteTarget { Provider = "cloud", Model = "small" }],
                        },
                    ],
                },
            }
        );

        Condition ready = await ReadyOf<RoutingPolicy, RoutingPolicySpec>(
            world,
            "broken",
            ConditionStatus.False
        );

        Assert.Equal(ConditionReason.InvalidSpec, ready.Reason);
        Assert.Contains("spec.rules[0].match.patterns[0]", ready.Message, StringComparison.Ordinal);
        Assert.Contains("InferenceProvider \"cloud\"", ready.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_WithoutItsKey_SaysWhichSecretToMake()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await world.StartOperatorAsync();
        await world.ApplyAsync(
            new InferenceProvider
            {
                Metadata = Named("cloud"),
                Spec = new InferenceProviderSpec
                {
                    BaseUrl = "https://api.example.com/v1",
                    ApiKeySecretRef = new SecretKeyReference { Name = "cloud-key", Key = "api-key" },
                    Models = [new ProviderModel { Name = "small" }],
                },
            }
        );
        Condition missing = await ReadyOf<InferenceProvider, InferenceProviderSpec>(
            world,
            "cloud",
            ConditionStatus.False
        );
        Assert.Equal(RoutingConditions.KeyNotFound, missing.Reason);
        Assert.Contains("cloud-key", missing.Message, StringComparison.Ordinal);

        await world.ApplyAsync(
            new Secret
            {
                Metadata = Named("cloud-key"),
                StringData = new Dictionary<string, string> { ["api-key"] = "canary" },
            }
        );

        Condition ready = await ReadyOf<InferenceProvider, InferenceProviderSpec>(
            world,
            "cloud",
            ConditionStatus.True
        );
        Assert.DoesNotContain("canary", ready.Message, StringComparison.Ordinal);
    }

    private static async Task<Condition> ReadyOf<T, TSpec>(
        OperatorWorld world,
        string name,
        ConditionStatus status
    )
        where T : CustomResource<TSpec, RoutingStatus>
        where TSpec : class, new()
    {
        T seen = await OperatorWorld.WaitAsync(
            () => world.Client.GetAsync<T>(new ObjectKey("default", name), Token),
            o => (o.Status?.Conditions).Find(RoutingConditions.Ready)?.Status == status,
            $"{name} Ready={status}"
        );
        Assert.Equal(seen.Metadata.Generation, seen.Status!.ObservedGeneration);
        return seen.Status.Conditions.Find(RoutingConditions.Ready)!;
    }

    private static ObjectMeta Named(string name) => new() { Name = name, Namespace = "default" };

    private static ModelCatalog Catalog(OperatorWorld world, CatalogPolicy policy) =>
        new()
        {
            Metadata = new ObjectMeta { Name = "supported" },
            Spec = new ModelCatalogSpec
            {
                Policy = policy,
                Models =
                [
                    new CatalogModel
                    {
                        Name = "demo",
                        Variants =
                        [
                            new ModelVariant
                            {
                                Name = "F32",
                                Source = new ModelSource
                                {
                                    File = new FileModelSource { Path = world.ModelFile("catalog") },
                                },
                            },
                        ],
                    },
                ],
            },
        };
}
