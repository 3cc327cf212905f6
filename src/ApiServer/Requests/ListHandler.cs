using System.Buffers;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Resources;
using LlmOperator.ApiServer.Selectors;
using LlmOperator.ApiServer.Storage;
using LlmOperator.ApiServer.Tables;

namespace LlmOperator.ApiServer.Requests;

/// <summary>GET of a collection.</summary>
internal sealed class ListHandler(ObjectStore store, TimeProvider time)
{
    public async Task HandleAsync(ApiRequest request)
    {
        var options = ListOptions.Read(request, watch: false);
        var filter = request.Filter();
        var page = ReadPage(request.Type, filter, options);
        var tables = new TableBuilder(time, request.Query("includeObject"));
        var body = Render(
            request,
            page,
            new ObjectView(request.Type, request.Representation, tables),
            tables
        );
        await ApiResponse.WriteAsync(request.Http, 200, body);
    }

    private ListPage ReadPage(ResourceType type, ObjectFilter filter, ListOptions options)
    {
        var (revision, objects) = ReadAt(type, options);
        var start = options.Continue?.After;
        var matching = objects.Where(o =>
            (start is null || string.CompareOrdinal(o.Key, start) > 0) && filter.Matches(o)
        );
        if (options.Limit == 0)
        {
            return new(revision, [.. matching], null, 0);
        }
        var all = matching.ToList();
        if (all.Count <= options.Limit)
        {
            return new(revision, all, null, 0);
        }
        var items = all.GetRange(0, options.Limit);
        return new(
            revision,
            items,
            new ContinueToken(revision, items[^1].Key),
            filter.HasSelectors ? 0 : all.Count - options.Limit
        );
    }

    private (long Revision, IEnumerable<StoredObject> Objects) ReadAt(ResourceType type, ListOptions options)
    {
        var current = store.Current;
        if (options.Continue is { } token)
        {
            if (token.Revision < 0)
            {
                return (current.Revision, current.Of(type.Storage).Values);
            }
            return (token.Revision, store.At(type.Storage, token.Revision) ?? throw ExpiredContinue(token));
        }
        if (options.Revision is { } asked && asked > current.Revision)
        {
            throw ApiErrors.TooLargeResourceVersion(asked, current.Revision);
        }
        var exact = options.Match == "Exact" || (options is { Match: "", Limit: > 0 });
        if (options.Revision is > 0 and var revision && exact)
        {
            return (
                revision,
                store.At(type.Storage, revision)
                    ?? throw ApiErrors.Gone(revision, store.OldestRevision(type.Storage))
            );
        }
        return (current.Revision, current.Of(type.Storage).Values);
    }

    private static ApiException ExpiredContinue(ContinueToken token) =>
        new(
            410,
            "Expired",
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list."
        )
        {
            Continue = (token with { Revision = -1 }).Encode(),
        };

    private static ReadOnlyMemory<byte> Render(
        ApiRequest request,
        ListPage page,
        ObjectView view,
        TableBuilder tables
    )
    {
        var metadata = new JsonObject { ["resourceVersion"] = page.Revision.ToString() };
        if (page.Next is not null)
        {
            metadata["continue"] = page.Next.Encode();
        }
        if (page.Remaining > 0)
        {
            metadata["remainingItemCount"] = JsonValue.Create((long)page.Remaining);
        }
        if (request.Representation.Kind == RepresentationKind.Table)
        {
            var table = tables.Build(request.Type, page.Items.Select(view.Served), null);
            table["metadata"] = metadata;
            return JsonWriting.ToUtf8(table);
        }
        var partial = request.Representation.Kind == RepresentationKind.PartialMetadata;
        return Concatenate(
            partial ? "PartialObjectMetadataList" : request.Type.ListKind,
            partial ? "meta.k8s.io/v1" : request.Type.ApiVersion,
            metadata,
            page.Items.Select(view.Show)
        );
    }

    private static ReadOnlyMemory<byte> Concatenate(
        string kind,
        string apiVersion,
        JsonObject metadata,
        IEnumerable<ReadOnlyMemory<byte>> items
    )
    {
        var output = new ArrayBufferWriter<byte>(4096);
        output.Write("{\"kind\":"u8);
        JsonWriting.WriteString(output, kind);
        output.Write(",\"apiVersion\":"u8);
        JsonWriting.WriteString(output, apiVersion);
        output.Write(",\"metadata\":"u8);
        JsonWriting.Write(output, metadata);
        output.Write(",\"items\":["u8);
        var first = true;
        foreach (var item in items)
        {
            if (!first)
            {
                output.Write(","u8);
            }
            first = false;
            output.Write(item.Span);
        }
        output.Write("]}"u8);
        return output.WrittenMemory;
    }
}
