using System.Text;
using System.Text.Json.Nodes;
using LlmOperator.ApiServer.Errors;
using LlmOperator.ApiServer.Json;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.ApiServer.Requests;

/// <summary>Writes answers.</summary>
internal static class ApiResponse
{
    public const string JsonType = "application/json";

    public static Task WriteAsync(HttpContext http, int code, JsonNode body, string contentType = JsonType) =>
        WriteAsync(http, code, JsonWriting.ToUtf8(body), contentType);

    public static async Task WriteAsync(
        HttpContext http,
        int code,
        ReadOnlyMemory<byte> body,
        string contentType = JsonType
    )
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        http.Response.Headers.CacheControl = "no-cache, private";
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
        }
    }

    public static Task WriteTextAsync(HttpContext http, int code, string text) =>
        WriteAsync(http, code, Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8");

    public static Task WriteErrorAsync(HttpContext http, ApiException error)
    {
        if (error.Details?["retryAfterSeconds"].Whole() is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString();
        }
        return WriteAsync(http, error.Code, error.ToStatus());
    }

    /// <summary>Adds <c>Warning: 299 - "text"</c>, which kubectl and client-go show.</summary>
    public static void Warn(HttpContext http, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
        {
            var text = new string([.. warning.Where(c => c is >= ' ' and < '\u007f')])
                .Replace(@"\", @"\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal);
            http.Response.Headers.Append("Warning", $"299 - \"{text}\"");
        }
    }
}
