using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Forwarding.Waking;

/// <summary>Asks the agent of a replica whether it is well: that has it loaded, and the answer comes when it is.</summary>
internal sealed class ReplicaCall(UpstreamClient upstream, string? servingToken)
{
    private const int LongestError = 16 << 10;

    /// <summary>Asks once.</summary>
    public async Task<CallAnswer> AskAsync(LocalReplica replica, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(replica.Endpoint, "health"));
        if (servingToken is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", servingToken);
        }

        try
        {
            using HttpResponseMessage answer = await upstream.SendLocalAsync(request, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return CallAnswer.Loaded;
            }

            (string? code, string? message) = await ReadErrorAsync(answer, cancellationToken);
            return (answer.StatusCode, code) switch
            {
                (HttpStatusCode.ServiceUnavailable, "model_loading" or "replica_draining") =>
                    CallAnswer.StillLoading,
                // What an engine itself answers shows that it is there, whether it knows the path or not.
                (< HttpStatusCode.InternalServerError, null) => CallAnswer.Loaded,
                _ => new CallAnswer(
                    CallState.Refused,
                    $"it answered {(int)answer.StatusCode}{(message is null ? "" : $": {message}")}"
                ),
            };
        }
        catch (Exception e)
            when (e is HttpRequestException or IOException
                || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            )
        {
            return new CallAnswer(CallState.Gone, $"it cannot be reached ({e.Message})");
        }
    }

    // The agent's own errors, for example: {"error":{"message":"...","type":"server_error","code":"model_loading"}}
    private static async Task<(string? Code, string? Message)> ReadErrorAsync(
        HttpResponseMessage answer,
        CancellationToken cancellationToken
    )
    {
        await using Stream stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        byte[] body = new byte[LongestError];
        int length = await stream.ReadAtLeastAsync(body, body.Length, false, cancellationToken);
        try
        {
            using JsonDocument document = JsonDocument.Parse(body.AsMemory(0, length));
            return
                document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("error", out JsonElement error)
                && error.ValueKind == JsonValueKind.Object
                ? (TextOf(error, "code"), TextOf(error, "message"))
                : (null, null);
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    private static string? TextOf(JsonElement error, string name) =>
        error.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
