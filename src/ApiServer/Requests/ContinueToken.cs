using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;

namespace LlmOperator.ApiServer.Requests;

/// <summary>Where a list in pages goes on, and at which revision.</summary>
/// <param name="Revision">-1: at the current one, after the list's own has expired.</param>
/// <param name="After">The key of the last object of the page before.</param>
internal sealed record ContinueToken(long Revision, string After)
{
    public string Encode() =>
        Base64Url.EncodeToString(
            JsonWriting.ToUtf8(
                new JsonObject
                {
                    ["v"] = "meta.k8s.io/v1",
                    ["rv"] = JsonValue.Create(Revision),
                    ["start"] = After,
                }
            )
        );

    public static ContinueToken Decode(string text)
    {
        try
        {
            var json = JsonReading.ParseObject(Base64Url.DecodeFromChars(text));
            if (json["rv"].Whole() is { } revision && json.Text("start") is { } after)
            {
                return new(revision, after);
            }
        }
        catch (Exception e) when (e is FormatException or JsonException or DecoderFallbackException)
        {
            // Answered below, like a token without its parts.
        }
        throw ApiErrors.BadRequest("continue key is not valid: encoded continue token cannot be decoded");
    }
}
