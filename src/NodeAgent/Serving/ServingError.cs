using System.Text.Json.Nodes;
using LlmOperator.NodeAgent.Replicas;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.NodeAgent.Serving;

/// <summary>An answer of the agent itself, in OpenAI's shape: <c>{"error":{"message","type","code"}}</c>.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Machine-readable code, such as <c>model_loading</c>.</param>
/// <param name="Message">For people: one sentence.</param>
internal sealed record ServingError(int Status, string Code, string Message)
{
    private static readonly TimeSpan s_shortestRetry = TimeSpan.FromSeconds(1);

    public static ServingError Unauthorized { get; } =
        new(401, "unauthorized", "The serving token is missing or is another one.");

    public static ServingError BodyTooLong { get; } =
        new(413, "request_too_large", "The request's body is longer than this agent takes.");

    /// <summary>What is being done, while a model is loading.</summary>
    public string? Stage { get; init; }

    /// <summary>When to try again; null when it makes no sense.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static ServingError EngineUnavailable(string message) =>
        new(503, "engine_unavailable", message) { RetryAfter = s_shortestRetry };

    public static ServingError Of(ReplicaUnavailableException exception) =>
        exception.Kind switch
        {
            ReplicaUnavailableKind.NotFound => new ServingError(404, "replica_not_found", exception.Message),
            ReplicaUnavailableKind.Loading => Busy("model_loading", exception),
            ReplicaUnavailableKind.Draining => Busy("replica_draining", exception),
            _ => Busy("engine_unavailable", exception),
        };

    public Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/json";
        if (RetryAfter is { } delay)
        {
            context.Response.Headers.RetryAfter = Seconds(delay);
        }

        if (Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        return context.Response.WriteAsync(ToJson(), context.RequestAborted);
    }

    /// <summary>The answer's body.</summary>
    public byte[] ToBytes() => System.Text.Encoding.UTF8.GetBytes(ToJson());

    private static ServingError Busy(string code, ReplicaUnavailableException exception) =>
        new(503, code, exception.Message)
        {
            Stage = exception.Stage,
            RetryAfter = exception.RetryAfter ?? s_shortestRetry,
        };

    private static string Seconds(TimeSpan delay) =>
        ((long)Math.Max(1, Math.Ceiling(delay.TotalSeconds))).ToString();

    private string ToJson()
    {
        JsonObject error = new()
        {
            ["message"] = Message,
            ["type"] = Status switch
            {
                401 => "authentication_error",
                >= 500 => "server_error",
                _ => "invalid_request_error",
            },
            ["code"] = Code,
        };
        if (Stage is not null)
        {
            error["stage"] = Stage;
        }

        return new JsonObject { ["error"] = error }.ToJsonString();
    }
}
