using System.Text.Json;
using LlmOperator.Router.Dialects.OpenAi;

namespace LlmOperator.Router.Dialects.Anthropic;

/// <summary>An error in Anthropic's shape: <c>{"type":"error","error":{"type","message"}}</c>.</summary>
internal static class AnthropicError
{
    public static byte[] ToJson(OpenAiError error)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            Write(writer, error);
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>The members of the error's object.</summary>
    public static void Write(Utf8JsonWriter writer, OpenAiError error)
    {
        writer.WriteString("type"u8, "error"u8);
        writer.WriteStartObject("error"u8);
        writer.WriteString("type"u8, TypeOf(error.Status));
        writer.WriteString("message"u8, error.Message);
        error.WriteProgress(writer);
        writer.WriteEndObject();
    }

    private static string TypeOf(int status) =>
        status switch
        {
            401 => "authentication_error",
            403 => "permission_error",
            404 => "not_found_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            503 => "overloaded_error",
            504 => "timeout_error",
            >= 500 => "api_error",
            _ => "invalid_request_error",
        };
}
