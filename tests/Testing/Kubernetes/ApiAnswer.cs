using System.Net;
using System.Text.Json.Nodes;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>An answer of the server, read whole.</summary>
public sealed record ApiAnswer(
    HttpStatusCode Code,
    string Text,
    IReadOnlyList<string> Warnings,
    string ContentType
)
{
    private JsonObject? _json;

    public JsonObject Json => _json ??= JsonNode.Parse(Text)!.AsObject();

    public string Message => (string)Json["message"]!;

    public string Reason => (string)Json["reason"]!;

    public string ResourceVersion => (string)Json["metadata"]!["resourceVersion"]!;

    public string Uid => (string)Json["metadata"]!["uid"]!;

    public long Generation => (long)Json["metadata"]!["generation"]!;

    public JsonArray Items => Json["items"]!.AsArray();

    public IReadOnlyList<string> Names => [.. Items.Select(i => (string)i!["metadata"]!["name"]!)];

    /// <summary>The fields of <c>details.causes</c>.</summary>
    public IReadOnlyList<string> CauseFields =>
        [.. Json["details"]!["causes"]!.AsArray().Select(c => (string)c!["field"]!)];

    public static async Task<ApiAnswer> ReadAsync(
        HttpResponseMessage response,
        CancellationToken cancellation
    ) =>
        new(
            response.StatusCode,
            await response.Content.ReadAsStringAsync(cancellation),
            response.Headers.TryGetValues("Warning", out var warnings) ? [.. warnings] : [],
            response.Content.Headers.ContentType?.ToString() ?? ""
        );

    /// <summary>This answer, where it is a success.</summary>
    public ApiAnswer Ok() =>
        (int)Code is 200 or 201 ? this : throw new InvalidOperationException($"{Code}: {Text}");
}
