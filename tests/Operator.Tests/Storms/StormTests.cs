using System.Collections.Concurrent;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Controllers.Status;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Operator.Tests.Stories;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Operator.Tests.Storms;

/// <summary>Many models at once: what it costs in requests, and that a killed operator leaves nothing behind. Counts, never times.</summary>
public sealed class StormTests
{
    private const int Models = 60;
    private const int Nodes = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Storm_ManyModelsAtOnce_RequestsOfEachObjectAreBounded()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await using PlayedNodes nodes = await PlayedNodes.StartAsync(world.Client, Nodes, Token);
        ConcurrentDictionary<string, int> calls = new();
        DelegatingKubernetesClient counting = new(world.Client)
        {
            Before = (verb, _, _) =>
            {
                calls.AddOrUpdate(verb, 1, (_, n) => n + 1);
                return Task.CompletedTask;
            },
        };
        await world.StartOperatorAsync(client: counting);

        await CreateAsync(world, 0, Models);
        await UntilReadyAsync(world, Models);

        int Count(string verb) => calls.GetValueOrDefault(verb);
        // Each replica is written once, and nothing is deleted or read one by one but the Node of each LlmNode, for its zone.
        Assert.Equal(Enumerable.Range(0, Models).Sum(ReplicasOf), Count("apply"));
        Assert.Equal(0, Count("delete") + Count("replace"));
        Assert.InRange(Count("get"), 0, Nodes);
        // A status for each thing that happens to a model, not for each word about it.
        Assert.InRange(Count("applyStatus"), Models, Models * 7);
        // A pass lists once before it writes; changes gather.
        Assert.InRange(Count("list"), 1, Models);
        // Inspected, placed, ready, and one for each replica.
        Assert.InRange(Count("create"), 0, Models * 5);
    }

    [Fact]
    public async Task Storm_Over_NodesReportAndOneMoreModelComes_NothingElseIsWritten()
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await using PlayedNodes nodes = await PlayedNodes.StartAsync(world.Client, Nodes, Token);
        ConcurrentQueue<(string Verb, ObjectKey? Key)> calls = new();
        DelegatingKubernetesClient recording = new(world.Client)
        {
            Before = (verb, key, _) =>
            {
                calls.Enqueue((verb, key));
                return Task.CompletedTask;
            },
        };
        await world.StartOperatorAsync(client: recording);
        await CreateAsync(world, 0, Models);
        await UntilReadyAsync(world, Models);
        // The models before are ready, and this one was the last: what was under way has ended with it.
        await CreateAsync(world, Models, 1);
        await UntilReadyAsync(world, Models + 1);
        calls.Clear();

        await nodes.ReportAsync(usedBytes: 1 << 30, Token);
        await CreateAsync(world, Models + 1, 1);
        await UntilReadyAsync(world, Models + 2);

        (string, ObjectKey? Key)[] others =
        [
            .. calls.Where(c =>
                c.Verb is not ("list" or "create")
                && c.Key?.Name.StartsWith(NameOf(Models + 1), StringComparison.Ordinal) != true
            ),
        ];
        Assert.Empty(others);
    }

    [Fact]
    public async Task Storm_OperatorKilledFiveTimes_EndIsThatOfTheUndisturbedRun()
    {
        IReadOnlyList<string> undisturbed = await TellAsync([]);

        IReadOnlyList<string> killed = await TellAsync([7, 40, 23, 31, 55]);

        Assert.Equal(undisturbed, killed);
    }

    // Kills the operator at these writes, each counted from its start; returns what the fleet comes to.
    private static async Task<IReadOnlyList<string>> TellAsync(IReadOnlyList<int> kills)
    {
        await using OperatorWorld world = await OperatorWorld.StartAsync();
        await using PlayedNodes nodes = await PlayedNodes.StartAsync(world.Client, Nodes, Token);
        Dictionary<string, string> uids = [];
        await world.StartOperatorAsync(client: new CrashingClient(world.Client, int.MaxValue, true));
        await CreateAsync(world, 0, Models);
        foreach (int kill in kills)
        {
            CrashingClient client = new(world.Client, kill, isWritten: kill % 2 == 0);
            await world.StartOperatorAsync(client: client);
            await OperatorWorld.WaitAsync(
                async () => client.IsCrashed || await CountReadyAsync(world) == Models,
                done => done,
                "the operator is dead, or has nothing more to do"
            );
            Assert.True(client.IsCrashed, $"the storm was over before write {kill}");
            await RememberAsync(world, uids);
        }

        await world.StartOperatorAsync();
        await UntilReadyAsync(world, Models);
        await RememberAsync(world, uids);
        IReadOnlyList<ModelReplica> replicas = await world.ReplicasAsync();
        return
        [
            .. replicas
                .Select(r => $"{r.Spec.ModelName} {r.Spec.Artifact.Digest} {r.Spec.Engine.ContextLength}")
                .Order(StringComparer.Ordinal),
        ];
    }

    // A replica that was there once is the same one for good: never made twice, never on two nodes in turn.
    private static async Task RememberAsync(OperatorWorld world, Dictionary<string, string> uids)
    {
        foreach (ModelReplica replica in await world.ReplicasAsync())
        {
            string name = replica.Metadata.Name!;
            Assert.False(replica.IsBeingDeleted, $"{name} is being deleted");
            Assert.Equal(uids.GetValueOrDefault(name, replica.Metadata.Uid!), replica.Metadata.Uid);
            uids[name] = replica.Metadata.Uid!;
        }

        Assert.True(uids.Count <= Enumerable.Range(0, Models).Sum(ReplicasOf), "too many replicas");
    }

    private static string NameOf(int model) => $"storm-{model:D3}";

    private static int ReplicasOf(int model) => model % 10 == 0 ? 2 : 1;

    private static async Task CreateAsync(OperatorWorld world, int first, int count)
    {
        string path = world.ModelFile("storm");
        await Parallel.ForEachAsync(
            Enumerable.Range(first, count),
            Token,
            async (model, _) =>
                await world.ApplyAsync(
                    NameOf(model),
                    new LlmModelSpec
                    {
                        Source = new ModelSource { File = new FileModelSource { Path = path } },
                        Placement = new ModelPlacement { Replicas = ReplicasOf(model) },
                    }
                )
        );
    }

    private static Task<int> UntilReadyAsync(OperatorWorld world, int count) =>
        OperatorWorld.WaitAsync(() => CountReadyAsync(world), ready => ready == count, $"{count} are ready");

    private static async Task<int> CountReadyAsync(OperatorWorld world) =>
        (await world.Client.ListAsync<LlmModel>(new ListOptions(), Token)).Items.Count(m =>
            m.Status is { } status
            && status.ObservedGeneration == m.Metadata.Generation
            && status.Conditions.IsTrue(LlmModelConditions.Ready)
            && status.Replicas?.Ready == m.Spec.Placement.Replicas
        );
}
