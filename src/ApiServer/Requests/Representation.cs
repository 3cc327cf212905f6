using LlmOperator.ApiServer.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace LlmOperator.ApiServer.Requests;

/// <summary>The outcome of content negotiation.</summary>
internal sealed record Representation(RepresentationKind Kind)
{
    private const string Json = "application/json";

    /// <summary>Takes the first form in the client's order that this server has.</summary>
    /// <exception cref="ApiException">406: none of them.</exception>
    public static Representation Negotiate(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        if (accept.Length == 0)
        {
            return new(RepresentationKind.Object);
        }
        foreach (var part in accept.Split(','))
        {
            if (MediaTypeHeaderValue.TryParse(part.Trim(), out var media) && Match(media) is { } kind)
            {
                return new(kind);
            }
        }
        throw ApiErrors.NotAcceptable(Json);
    }

    private static RepresentationKind? Match(MediaTypeHeaderValue media)
    {
        if (media.MediaType.Value is not (Json or "*/*" or "application/*" or "text/*"))
        {
            return null;
        }
        var form = Parameter(media, "as");
        if (form is null)
        {
            return RepresentationKind.Object;
        }
        if (Parameter(media, "g") != "meta.k8s.io" || Parameter(media, "v") != "v1")
        {
            return null;
        }
        return form switch
        {
            "Table" => RepresentationKind.Table,
            "PartialObjectMetadata" or "PartialObjectMetadataList" => RepresentationKind.PartialMetadata,
            _ => null,
        };
    }

    private static string? Parameter(MediaTypeHeaderValue media, string name) =>
        media.Parameters.FirstOrDefault(p => p.Name == name)?.Value.Value;
}
