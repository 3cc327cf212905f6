using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Dialects;

/// <summary>What every answer of server-sent events begins with.</summary>
internal static class SseAnswer
{
    /// <summary>Sets status and headers.</summary>
    public static void Begin(HttpResponse client)
    {
        client.StatusCode = StatusCodes.Status200OK;
        client.ContentType = "text/event-stream; charset=utf-8";
        client.Headers.CacheControl = "no-cache";
        client.Headers["X-Accel-Buffering"] = "no";
    }
}
