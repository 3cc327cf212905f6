using LlmOperator.Controllers.Ownership;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Testing.Kubernetes;

namespace LlmOperator.Controllers.Tests.Ownership;

public sealed class FinalizerGuardTests : IAsyncLifetime
{
    private const string Ours = "example.com/cleanup";

    private WidgetServer _server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private FinalizerGuard Guard => new(_server.Client, Ours, "test");

    public async ValueTask InitializeAsync() => _server = await WidgetServer.StartAsync(Cancelled);

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    [Trait("Semantics", "C45")]
    public async Task EnsureAsync_NewObject_PersistsTheFinalizerBeforeApply()
    {
        Widget widget = await _server.CreateAsync("a", Cancelled);

        Assert.IsType<FinalizerStep.Apply>(await Guard.EnsureAsync(widget, Cancelled));

        Assert.Equal([Ours], (await LiveAsync())!.Metadata.Finalizers);
    }

    [Fact]
    [Trait("Semantics", "C45")]
    public async Task EnsureAsync_StaleObject_LooksAgainAndKeepsForeignFinalizers()
    {
        Widget stale = await _server.CreateAsync("a", Cancelled);
        await new FinalizerGuard(_server.Client, "example.com/other", "other").EnsureAsync(stale, Cancelled);

        Assert.IsType<FinalizerStep.Apply>(await Guard.EnsureAsync(stale, Cancelled));

        Assert.Equal(["example.com/other", Ours], (await LiveAsync())!.Metadata.Finalizers);
    }

    [Fact]
    [Trait("Semantics", "C45")]
    public async Task EnsureAsync_DeletedObject_AsksForCleanupThenLetsGo()
    {
        Widget widget = await _server.CreateAsync("a", Cancelled);
        await new FinalizerGuard(_server.Client, "example.com/other", "other").EnsureAsync(widget, Cancelled);
        await Guard.EnsureAsync((await LiveAsync())!, Cancelled);
        await _server.Client.DeleteAsync<Widget>(widget.Key, new DeleteOptions(), Cancelled);
        Widget deleted = (await LiveAsync())!;

        Assert.IsType<FinalizerStep.Cleanup>(await Guard.EnsureAsync(deleted, Cancelled));
        await Guard.RemoveAsync(deleted, Cancelled);

        Widget left = (await LiveAsync())!;
        Assert.Equal(["example.com/other"], left.Metadata.Finalizers);
        Assert.IsType<FinalizerStep.Nothing>(await Guard.EnsureAsync(left, Cancelled));
        await new FinalizerGuard(_server.Client, "example.com/other", "other").RemoveAsync(left, Cancelled);
        Assert.Null(await LiveAsync());
    }

    [Fact]
    [Trait("Semantics", "C45")]
    public async Task EnsureAsync_BeingDeletedWithoutOurFinalizer_NeverAddsIt()
    {
        Widget widget = await _server.CreateAsync("a", Cancelled);
        await new FinalizerGuard(_server.Client, "example.com/other", "other").EnsureAsync(widget, Cancelled);
        await _server.Client.DeleteAsync<Widget>(widget.Key, new DeleteOptions(), Cancelled);

        // The cache does not know of the deletion yet.
        Assert.IsType<FinalizerStep.Nothing>(await Guard.EnsureAsync(widget, Cancelled));
        Assert.Equal(["example.com/other"], (await LiveAsync())!.Metadata.Finalizers);
    }

    [Fact]
    [Trait("Semantics", "C45")]
    public async Task RemoveAsync_ObjectGone_IsSuccess()
    {
        Widget widget = await _server.CreateAsync("a", Cancelled);
        await _server.Client.DeleteAsync<Widget>(widget.Key, new DeleteOptions(), Cancelled);

        await Guard.RemoveAsync(
            widget with
            {
                Metadata = widget.Metadata with { Finalizers = [Ours] },
            },
            Cancelled
        );
        Assert.Null(await LiveAsync());
    }

    private Task<Widget?> LiveAsync() =>
        _server.Client.FindAsync<Widget>(new ObjectKey("default", "a"), Cancelled);
}
