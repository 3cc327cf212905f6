using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Storage;
using LlmOperator.ApiServer.Tables;

namespace LlmOperator.ApiServer.Requests;

/// <summary>GET of one object, or of its status or scale.</summary>
internal sealed class ReadHandler(ObjectStore store, TimeProvider time)
{
    public async Task HandleAsync(ApiRequest request)
    {
        var current = store.Current;
        if (long.TryParse(request.Query("resourceVersion"), out var asked) && asked > current.Revision)
        {
            throw ApiErrors.TooLargeResourceVersion(asked, current.Revision);
        }
        var item =
            current.Find(request.Type.Storage, request.Key)
            ?? throw ApiErrors.NotFound(request.Type, request.Name);
        var view = new ObjectView(
            request.Type,
            request.Representation,
            new TableBuilder(time, request.Query("includeObject"))
        );
        if (request.Subresource == "scale")
        {
            await ApiResponse.WriteAsync(request.Http, 200, Scale.Of(view.Served(item), request.Type));
            return;
        }
        await ApiResponse.WriteAsync(request.Http, 200, view.Show(item));
    }
}
