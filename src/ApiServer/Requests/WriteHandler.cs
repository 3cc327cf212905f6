using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using LlmOperator.ApiServer.Tables;
using LlmOperator.ApiServer.Writing;

namespace LlmOperator.ApiServer.Requests;

/// <summary>POST and PUT.</summary>
internal sealed class WriteHandler(ObjectWriter writer, TimeProvider time)
{
    public async Task CreateAsync(ApiRequest request)
    {
        var (body, options) = await ReadAsync(request);
        var result = await writer.CreateAsync(request.Type, request.Namespace, body, options);
        await AnswerAsync(request, result);
    }

    public async Task UpdateAsync(ApiRequest request)
    {
        var (body, options) = await ReadAsync(request);
        if (request.Subresource == "scale")
        {
            var scaled = await writer.UpdateAsync(
                request.Type,
                request.Namespace,
                request.Name,
                item => Scale.Write(item, body, request.Type),
                options
            );
            await ApiResponse.WriteAsync(request.Http, 200, Scale.Of(scaled.Object, request.Type));
            return;
        }
        if (body.Object("metadata").Text("name") is { Length: > 0 } name && name != request.Name)
        {
            throw ApiErrors.BadRequest(
                $"the name of the object ({name}) does not match the name on the URL ({request.Name})"
            );
        }
        var result = await writer.UpdateAsync(
            request.Type,
            request.Namespace,
            request.Name,
            _ => body.DeepClone().AsObject(),
            options with
            {
                RequiresResourceVersion = true,
            }
        );
        await AnswerAsync(request, result);
    }

    public async Task AnswerAsync(ApiRequest request, WriteResult result)
    {
        ApiResponse.Warn(request.Http, result.Warnings);
        var tables = new TableBuilder(time, request.Query("includeObject"));
        var view = new ObjectView(request.Type, request.Representation, tables);
        await ApiResponse.WriteAsync(request.Http, result.Created ? 201 : 200, view.Shape(result.Object));
    }

    private static async Task<(JsonObject Body, WriteOptions Options)> ReadAsync(ApiRequest request)
    {
        var options = request.WriteOptions();
        var duplicates = new List<string>();
        var body = await BodyReader.ReadObjectAsync(request.Http.Request, duplicates, request.Aborted);
        if (duplicates.Count > 0 && options.FieldValidation == FieldValidation.Strict)
        {
            throw UnknownFields.RefuseDuplicates(duplicates, request.Type, options);
        }
        if (duplicates.Count > 0 && options.FieldValidation == FieldValidation.Warn)
        {
            ApiResponse.Warn(request.Http, duplicates.Select(d => $"duplicate field \"{d}\""));
        }
        return (body, options);
    }
}
