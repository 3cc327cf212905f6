using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Requests;
using LlmOperator.ApiServer.Storage;

namespace LlmOperator.ApiServer.Watching;

/// <summary>Writes watch events, one JSON object a line: <c>{"type":"ADDED","object":{…}}</c>.</summary>
internal sealed class WatchStream(ApiRequest request, ObjectView view)
{
    private IBufferWriter<byte> Output => request.Http.Response.BodyWriter;

    public async Task BeginAsync(CancellationToken cancellation)
    {
        request.Http.Response.StatusCode = 200;
        request.Http.Response.ContentType = ApiResponse.JsonType;
        request.Http.Response.Headers.CacheControl = "no-cache, private";
        await request.Http.Response.StartAsync(cancellation);
        await request.Http.Response.BodyWriter.FlushAsync(cancellation);
    }

    public async Task FlushAsync(CancellationToken cancellation) =>
        await request.Http.Response.BodyWriter.FlushAsync(cancellation);

    public Task ObjectAsync(string type, StoredObject item, CancellationToken cancellation) =>
        WriteAsync(type, view.Show(item), cancellation);

    /// <summary>The last state; where the object only ceased to match, the state before at the new revision.</summary>
    public Task DeletedAsync(StoreEvent change, CancellationToken cancellation)
    {
        if (change.Type == StoreEventType.Deleted)
        {
            return ObjectAsync("DELETED", change.Object, cancellation);
        }
        var last = view.Served(change.Previous!);
        last.Ensure("metadata")["resourceVersion"] = change.Revision.ToString();
        return WriteAsync("DELETED", JsonWriting.ToUtf8(view.Shape(last)), cancellation);
    }

    public Task BookmarkAsync(long revision, bool endsInitialEvents, CancellationToken cancellation)
    {
        var metadata = new JsonObject
        {
            ["resourceVersion"] = revision.ToString(),
            ["creationTimestamp"] = null,
        };
        if (endsInitialEvents)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }
        var bookmark = new JsonObject
        {
            ["kind"] = request.Type.Kind,
            ["apiVersion"] = request.Type.ApiVersion,
            ["metadata"] = metadata,
        };
        return WriteAsync("BOOKMARK", JsonWriting.ToUtf8(view.Shape(bookmark)), cancellation);
    }

    public async Task ErrorAsync(ApiException error, CancellationToken cancellation)
    {
        await WriteAsync("ERROR", JsonWriting.ToUtf8(error.ToStatus()), cancellation);
        await FlushAsync(cancellation);
    }

    private async Task WriteAsync(string type, ReadOnlyMemory<byte> item, CancellationToken cancellation)
    {
        Output.Write("{\"type\":\""u8);
        Encoding.UTF8.GetBytes(type, Output);
        Output.Write("\",\"object\":"u8);
        Output.Write(item.Span);
        Output.Write("}\n"u8);
        if (request.Http.Response.BodyWriter.UnflushedBytes > 64 * 1024)
        {
            await FlushAsync(cancellation);
        }
    }
}
