using LlmOperator.ApiServer.BuiltIns;
using LlmOperator.ApiServer.CustomResources;
using LlmOperator.ApiServer.Discovery;
using LlmOperator.ApiServer.GarbageCollection;
using LlmOperator.ApiServer.OpenApi;
using LlmOperator.ApiServer.Requests;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Security;
using LlmOperator.ApiServer.Storage;
using LlmOperator.ApiServer.Watching;
using LlmOperator.ApiServer.Writing;
using Microsoft.Extensions.Logging;

namespace LlmOperator.ApiServer;

/// <summary>Everything but the listening: storage, kinds, handlers and the garbage collector.</summary>
internal sealed class ApiServerCore : IAsyncDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _collecting;

    private ApiServerCore(
        ObjectStore store,
        ServerIdentity identity,
        ResourceRegistry registry,
        ApiServerOptions options,
        ILogger logger
    )
    {
        Store = store;
        Identity = identity;
        var time = options.TimeProvider;
        var writer = new ObjectWriter(store, time);
        var write = new WriteHandler(writer, time);
        var handlers = new ApiHandlers(
            new DocumentHandler(registry, new OpenApiHandler(registry, new SchemaSource(store))),
            new ReadHandler(store, time),
            new ListHandler(store, time),
            new WatchHandler(store, time, options.BookmarkInterval, _stopping.Token),
            write,
            new PatchHandler(writer, write),
            new DeleteHandler(store, new ObjectDeleter(store, time), time)
        );
        Dispatcher = new ApiDispatcher(registry, handlers, identity.Token, logger);
        var collector = new GarbageCollector(store, registry, time, logger);
        store.Published = collector.Observe;
        _collecting = Task.Run(() => collector.RunAsync(_stopping.Token));
    }

    public ObjectStore Store { get; }

    public ServerIdentity Identity { get; }

    public ApiDispatcher Dispatcher { get; }

    public static async Task<ApiServerCore> OpenAsync(ApiServerOptions options, ILogger logger)
    {
        var time = options.TimeProvider;
        var directory = options.DataDirectory;
        var store = OpenStore(options, logger);
        try
        {
            var identity = directory is null
                ? ServerIdentity.Create(time.GetUtcNow())
                : ServerIdentity.LoadOrCreate(directory, time.GetUtcNow());
            var registry = new ResourceRegistry(BuiltInResources.Load());
            DefinitionWatcher.Attach(store, registry);
            await StartObjects.EnsureAsync(registry, new ObjectWriter(store, time), store);
            return new(store, identity, registry, options, logger);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends watches and the garbage collector; requests under way can still write.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        try
        {
            await _collecting;
        }
        catch (OperationCanceledException)
        {
            // That is how the collector ends.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await Store.DisposeAsync();
        _stopping.Dispose();
    }

    private static ObjectStore OpenStore(ApiServerOptions options, ILogger logger)
    {
        if (options.DataDirectory is not { } directory)
        {
            return new ObjectStore(new MemoryJournal(), options.WatchHistory);
        }
        PrivateFiles.CreateDirectory(directory);
        var journal = new FileJournal(directory, logger);
        try
        {
            return new ObjectStore(journal, options.WatchHistory);
        }
        catch
        {
            journal.Close();
            throw;
        }
    }
}
