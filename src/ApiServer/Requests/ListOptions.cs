using System.Globalization;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;

namespace LlmOperator.ApiServer.Requests;

/// <summary>The query parameters of lists and watches, checked as a real API server checks them.</summary>
internal sealed record ListOptions
{
    /// <summary>Null when none is given.</summary>
    public long? Revision { get; init; }

    /// <summary><c>Exact</c>, <c>NotOlderThan</c>, or empty.</summary>
    public string Match { get; init; } = "";

    /// <summary>0: no limit.</summary>
    public int Limit { get; init; }
    public ContinueToken? Continue { get; init; }
    public bool? SendInitialEvents { get; init; }
    public bool AllowBookmarks { get; init; }
    public TimeSpan? Timeout { get; init; }

    public static ListOptions Read(ApiRequest request, bool watch)
    {
        var errors = new List<FieldError>();
        var version = request.Query("resourceVersion");
        var match = request.Query("resourceVersionMatch");
        var token = request.Query("continue");
        var initial = request.Query("sendInitialEvents");
        CheckMatch(version, match, token, initial, watch, errors);
        if (errors.Count > 0)
        {
            throw ApiErrors.InvalidOptions("ListOptions", errors);
        }
        if (token.Length > 0 && version.Length > 0 && version != "0")
        {
            throw ApiErrors.BadRequest("specifying resource version is not allowed when using continue");
        }
        return new()
        {
            Revision = version.Length == 0 ? null : ParseRevision(version),
            Match = match,
            Limit = int.TryParse(request.Query("limit"), out var limit) ? Math.Max(0, limit) : 0,
            Continue = token.Length == 0 ? null : ContinueToken.Decode(token),
            SendInitialEvents = initial.Length == 0 ? null : initial is "true" or "1",
            AllowBookmarks = request.QueryFlag("allowWatchBookmarks"),
            Timeout =
                long.TryParse(request.Query("timeoutSeconds"), out var seconds) && seconds > 0
                    ? TimeSpan.FromSeconds(Math.Min(seconds, 86_400))
                    : null,
        };
    }

    private static void CheckMatch(
        string version,
        string match,
        string token,
        string initial,
        bool watch,
        List<FieldError> errors
    )
    {
        const string Field = "resourceVersionMatch";
        if (initial.Length > 0 && !watch)
        {
            errors.Add(FieldError.Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
        }
        if (initial.Length > 0 && watch && match != "NotOlderThan")
        {
            errors.Add(
                FieldError.Forbidden(
                    Field,
                    "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
                )
            );
        }
        if (match.Length == 0)
        {
            return;
        }
        if (watch && initial.Length == 0)
        {
            errors.Add(
                FieldError.Forbidden(
                    Field,
                    "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
                )
            );
            return;
        }
        if (version.Length == 0 && !watch)
        {
            errors.Add(
                FieldError.Forbidden(
                    Field,
                    "resourceVersionMatch is forbidden unless resourceVersion is provided"
                )
            );
        }
        if (token.Length > 0)
        {
            errors.Add(
                FieldError.Forbidden(Field, "resourceVersionMatch is forbidden when continue is provided")
            );
        }
        if (match is not ("Exact" or "NotOlderThan"))
        {
            errors.Add(FieldError.NotSupported(Field, JsonValue.Create(match), ["Exact", "NotOlderThan"]));
        }
        if (match == "Exact" && version == "0")
        {
            errors.Add(
                FieldError.Forbidden(
                    Field,
                    "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""
                )
            );
        }
    }

    private static long ParseRevision(string version) =>
        long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : throw ApiErrors.BadRequest(
                $"invalid resource version: {FieldError.Invalid("resourceVersion", JsonValue.Create(version), "it must be a number").Text}"
            );
}
