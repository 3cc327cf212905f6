using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Patching;
using LlmOperator.ApiServer.Writing;

namespace LlmOperator.ApiServer.Requests;

/// <summary>PATCH in its four dialects.</summary>
internal sealed class PatchHandler(ObjectWriter writer, WriteHandler answers)
{
    private const string Json = "application/json-patch+json";
    private const string Merge = "application/merge-patch+json";
    private const string Strategic = "application/strategic-merge-patch+json";
    private const string Apply = "application/apply-patch+yaml";

    public async Task HandleAsync(ApiRequest request)
    {
        var options = request.WriteOptions();
        var contentType = BodyReader.ContentType(request.Http.Request);
        CheckOptions(request, contentType, options);
        if (contentType == Apply && request.Subresource != "scale")
        {
            var body = await BodyReader.ReadAsync(request.Http.Request, request.Aborted);
            var applied = await writer.ApplyAsync(
                request.Type,
                request.Namespace,
                request.Name,
                YamlBody.Parse(body.Span),
                options
            );
            await answers.AnswerAsync(request, applied);
            return;
        }
        var change = await ReadAsync(request, contentType);
        var result = await writer.UpdateAsync(
            request.Type,
            request.Namespace,
            request.Name,
            request.Subresource == "scale" ? item => ChangeScale(item, change, request) : change.Apply,
            options with
            {
                Patch = change.Text,
            }
        );
        if (request.Subresource == "scale")
        {
            await ApiResponse.WriteAsync(request.Http, 200, Scale.Of(result.Object, request.Type));
            return;
        }
        await answers.AnswerAsync(request, result);
    }

    private static void CheckOptions(ApiRequest request, string contentType, WriteOptions options)
    {
        FieldError? error = null;
        if (contentType == Apply && !options.HasFieldManager)
        {
            error = FieldError.Required("fieldManager", "is required for apply patch");
        }
        else if (contentType != Apply && request.Query("force").Length > 0)
        {
            error = FieldError.Forbidden("force", "may not be specified for non-apply patch");
        }
        if (error is not null)
        {
            throw ApiErrors.InvalidOptions("PatchOptions", [error]);
        }
    }

    private static JsonObject ChangeScale(JsonObject item, PatchChange change, ApiRequest request) =>
        Scale.Write(item, change.Apply(Scale.Of(item, request.Type)), request.Type);

    private static async Task<PatchChange> ReadAsync(ApiRequest request, string contentType)
    {
        var body = await BodyReader.ReadAsync(request.Http.Request, request.Aborted);
        var text = Encoding.UTF8.GetString(body.Span);
        switch (contentType)
        {
            case Json:
                var operations =
                    Parse(body) as JsonArray ?? throw ApiErrors.BadRequest("a JSON patch is an array");
                return new(text, item => JsonPatch.Apply(item, operations));
            case Strategic when !request.Type.IsCustom:
                var strategic =
                    Parse(body) as JsonObject
                    ?? throw ApiErrors.BadRequest("a strategic merge patch is an object");
                return new(
                    text,
                    item => StrategicMergePatch.Apply(item, strategic, TypedValue.Root(request.Type))
                );
            case Merge:
                var patch =
                    Parse(body) as JsonObject ?? throw ApiErrors.BadRequest("a merge patch is an object");
                return new(text, item => MergePatch.Apply(item, patch)!.AsObject());
            default:
                throw ApiErrors.UnsupportedMediaType(contentType, Json, Merge, Apply);
        }
    }

    private static JsonNode? Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonReading.Parse(body.Span);
        }
        catch (JsonException e)
        {
            throw ApiErrors.BadRequest($"error decoding patch: {e.Message}");
        }
    }
}
