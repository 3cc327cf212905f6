using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Requests;
using LlmOperator.ApiServer.Selectors;
using LlmOperator.ApiServer.Storage;
using LlmOperator.ApiServer.Tables;

namespace LlmOperator.ApiServer.Watching;

/// <summary>GET with <c>watch=true</c>: a stream of events until the client or the time limit ends it.</summary>
internal sealed class WatchHandler(
    ObjectStore store,
    TimeProvider time,
    TimeSpan bookmarkInterval,
    CancellationToken stopping
)
{
    /// <summary>Without a limit of the client's; the API server picks one between half and all of this.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);

    public async Task HandleAsync(ApiRequest request)
    {
        var options = ListOptions.Read(request, watch: true);
        var filter = request.Filter();
        var tables = new TableBuilder(time, request.Query("includeObject"));
        var view = new ObjectView(request.Type, request.Representation, tables);
        using var limit = new CancellationTokenSource(options.Timeout ?? s_longest, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            limit.Token,
            request.Aborted,
            stopping
        );
        var output = new WatchStream(request, view);
        await output.BeginAsync(ended.Token);
        try
        {
            var revision = await SendInitialAsync(request, options, filter, output, ended.Token);
            await FollowAsync(request, options, filter, output, revision, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The time limit, the client or the server ended the watch: a clean end of the stream.
        }
        catch (ApiException e)
        {
            await output.ErrorAsync(e, ended.Token);
        }
    }

    /// <returns>The revision after which events follow.</returns>
    private async Task<long> SendInitialAsync(
        ApiRequest request,
        ListOptions options,
        ObjectFilter filter,
        WatchStream output,
        CancellationToken cancellation
    )
    {
        var snapshot = store.Current;
        var revision = options.Revision ?? 0;
        if (options.SendInitialEvents is true && revision > snapshot.Revision)
        {
            throw ApiErrors.TooLargeResourceVersion(revision, snapshot.Revision);
        }
        var wanted = options.SendInitialEvents ?? revision == 0;
        if (!wanted)
        {
            return revision == 0 ? snapshot.Revision : revision;
        }
        foreach (var item in snapshot.Of(request.Type.Storage).Values.Where(filter.Matches))
        {
            await output.ObjectAsync("ADDED", item, cancellation);
        }
        if (options is { SendInitialEvents: true, AllowBookmarks: true })
        {
            await output.BookmarkAsync(snapshot.Revision, endsInitialEvents: true, cancellation);
        }
        await output.FlushAsync(cancellation);
        return snapshot.Revision;
    }

    private async Task FollowAsync(
        ApiRequest request,
        ListOptions options,
        ObjectFilter filter,
        WatchStream output,
        long revision,
        CancellationToken cancellation
    )
    {
        while (true)
        {
            var batch = store.Watch(request.Type.Storage, revision);
            if (batch.Oldest is { } oldest)
            {
                throw ApiErrors.Gone(revision, oldest);
            }
            foreach (var change in batch.Events)
            {
                await SendAsync(change, filter, output, cancellation);
            }
            revision = batch.Revision;
            await output.FlushAsync(cancellation);
            if (!await WaitAsync(batch.Changed, cancellation) && options.AllowBookmarks)
            {
                await BookmarkAsync(request, output, revision, cancellation);
            }
        }
    }

    /// <summary>Sends the newest revision, unless there are events that must come first.</summary>
    private async Task BookmarkAsync(
        ApiRequest request,
        WatchStream output,
        long revision,
        CancellationToken cancellation
    )
    {
        var batch = store.Watch(request.Type.Storage, revision);
        if (batch.Events.Count == 0 && batch.Oldest is null)
        {
            await output.BookmarkAsync(batch.Revision, endsInitialEvents: false, cancellation);
            await output.FlushAsync(cancellation);
        }
    }

    /// <returns>False when nothing changed for as long as bookmarks are apart.</returns>
    private async Task<bool> WaitAsync(Task changed, CancellationToken cancellation)
    {
        try
        {
            await changed.WaitAsync(bookmarkInterval, time, cancellation);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>An object that begins to match is added, one that ceases to match is deleted, for this watch.</summary>
    private static async Task SendAsync(
        StoreEvent change,
        ObjectFilter filter,
        WatchStream output,
        CancellationToken cancellation
    )
    {
        var matches = change.Type != StoreEventType.Deleted && filter.Matches(change.Object);
        var matched = change.Previous is not null && filter.Matches(change.Previous);
        if (matches)
        {
            await output.ObjectAsync(matched ? "MODIFIED" : "ADDED", change.Object, cancellation);
        }
        else if (matched)
        {
            await output.DeletedAsync(change, cancellation);
        }
    }
}
