using LlmOperator.Controllers.Hosting;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Controllers.Tests.Hosting;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Controllers.Tests.Reconciling;

public sealed class OwnWriteStoryTests : IAsyncLifetime
{
    private WidgetServer _server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await WidgetServer.StartAsync(Cancelled);

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    [Trait("Semantics", "C31")]
    public async Task Reconcile_AfterOwnDeletion_NeverSeesTheDeletedChildAgain()
    {
        int reconciles = 0;
        int sawDeleted = 0;
        HashSet<string> deleted = [];
        using ControllerManager manager = Manager();
        var children = manager.Informer<ConfigMap>().Lister;
        manager.AddController(
            "widget",
            new FuncReconciler(
                async (_, ct) =>
                {
                    reconciles++;
                    ConfigMap? child = children.List().FirstOrDefault(c => c.Key.Name == "child");
                    if (child is null)
                    {
                        await manager.Client.CreateAsync(
                            new ConfigMap
                            {
                                Metadata = new ObjectMeta { Name = "child", Namespace = "default" },
                            },
                            new WriteOptions { FieldManager = "test" },
                            ct
                        );
                    }
                    else
                    {
                        sawDeleted += deleted.Contains(child.Metadata.Uid!) ? 1 : 0;
                        deleted.Add(child.Metadata.Uid!);
                        await manager.Client.DeleteAsync<ConfigMap>(child.Key, new DeleteOptions(), ct);
                    }

                    return reconciles < 60
                        ? ReconcileResult.After(TimeSpan.FromTicks(1))
                        : ReconcileResult.Finished;
                }
            )
        );
        await using RunningManager running = new(manager);
        await _server.CreateAsync("a", Cancelled);

        await Eventually.IsTrueAsync(() => reconciles >= 60, "sixty reconciles");

        Assert.Equal(0, sawDeleted);
        Assert.Equal(30, deleted.Count);
    }

    [Fact]
    [Trait("Semantics", "C31")]
    public async Task Reconcile_WroteAKindThatAnotherAskedForLater_IsNotHeldForTenSeconds()
    {
        int reconciles = 0;
        using ControllerManager manager = Manager();
        manager.AddController(
            "widget",
            new FuncReconciler(
                async (_, ct) =>
                {
                    reconciles++;
                    await manager.Client.ApplyAsync(
                        new ConfigMap
                        {
                            Metadata = new ObjectMeta { Name = "child", Namespace = "default" },
                            Data = new Dictionary<string, string> { ["n"] = $"{reconciles}" },
                        },
                        new ApplyOptions { FieldManager = "test", Force = true },
                        ct
                    );
                    return ReconcileResult.After(TimeSpan.FromTicks(1));
                }
            )
        );
        manager.Informer<ConfigMap>();
        await using RunningManager running = new(manager);
        await _server.CreateAsync("a", Cancelled);

        await Eventually.IsTrueAsync(
            () => reconciles >= 20,
            "twenty reconciles within the limit of two holds"
        );
    }

    private ControllerManager Manager() =>
        new(
            _server.Client,
            new ControllerManagerOptions(),
            TimeProvider.System,
            new Random(1),
            NullLoggerFactory.Instance
        );
}
