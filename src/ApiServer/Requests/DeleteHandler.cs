using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Storage;
using LlmOperator.ApiServer.Tables;
using LlmOperator.ApiServer.Writing;

namespace LlmOperator.ApiServer.Requests;

/// <summary>DELETE of one object or of a collection.</summary>
internal sealed class DeleteHandler(ObjectStore store, ObjectDeleter deleter, TimeProvider time)
{
    public async Task DeleteAsync(ApiRequest request)
    {
        var options = await ReadOptionsAsync(request);
        var (item, gone) = await deleter.DeleteAsync(request.Type, request.Key, options);
        if (!gone)
        {
            var view = new ObjectView(request.Type, request.Representation, new TableBuilder(time, ""));
            await ApiResponse.WriteAsync(request.Http, 200, view.Shape(item));
            return;
        }
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = ApiErrors.Details(request.Type, request.Name, item.Object("metadata").Text("uid")),
        };
        await ApiResponse.WriteAsync(request.Http, 200, status);
    }

    public async Task DeleteCollectionAsync(ApiRequest request)
    {
        var options = await ReadOptionsAsync(request);
        var filter = request.Filter();
        var deleted = new JsonArray();
        foreach (var item in store.Current.Of(request.Type.Storage).Values.Where(filter.Matches))
        {
            try
            {
                var (last, _) = await deleter.DeleteAsync(
                    request.Type,
                    item.Key,
                    options with
                    {
                        Uid = options.Uid ?? item.Uid,
                    }
                );
                deleted.Add(last);
            }
            catch (ApiException e) when (e.Code is 404 or 409 && options.Uid is null)
            {
                // Somebody else deleted or replaced it in the meantime: it is not there any more.
            }
        }
        await ApiResponse.WriteAsync(
            request.Http,
            200,
            new JsonObject
            {
                ["kind"] = request.Type.ListKind,
                ["apiVersion"] = request.Type.ApiVersion,
                ["metadata"] = new JsonObject { ["resourceVersion"] = store.Current.Revision.ToString() },
                ["items"] = deleted,
            }
        );
    }

    private static async Task<DeleteOptions> ReadOptionsAsync(ApiRequest request)
    {
        var body = await BodyReader.ReadAsync(request.Http.Request, request.Aborted);
        var json = body.Length == 0 ? [] : YamlBody.Parse(body.Span);
        var preconditions = json.Object("preconditions");
        var orphan = json["orphanDependents"].Bool() ?? (request.QueryFlag("orphanDependents") ? true : null);
        var policy = json.Text("propagationPolicy") ?? request.Query("propagationPolicy");
        if (policy is not ("" or "Background" or "Foreground" or "Orphan"))
        {
            var error = FieldError.NotSupported(
                "propagationPolicy",
                JsonValue.Create(policy),
                ["Foreground", "Background", "Orphan", "nil"]
            );
            throw ApiErrors.InvalidOptions("DeleteOptions", [error]);
        }
        var dryRun = json.Array("dryRun").Texts().Any() || request.Query("dryRun").Length > 0;
        return new()
        {
            Propagation =
                policy.Length > 0 ? policy
                : orphan == true ? "Orphan"
                : "Background",
            Uid = preconditions.Text("uid"),
            ResourceVersion = preconditions.Text("resourceVersion"),
            DryRun = dryRun,
        };
    }
}
