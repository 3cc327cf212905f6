using System.Text.Json;
using LlmOperator.Router.Configuration;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>An error in OpenAI's shape: <c>{"error":{"message","type","param","code"}}</c>.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Machine-readable code, for example <c>model_not_found</c>.</param>
/// <param name="Message">For people: what is wrong and what to do.</param>
internal sealed record OpenAiError(int Status, string Code, string Message)
{
    /// <summary>Field of the request that is wrong, if one is.</summary>
    public string? Param { get; init; }

    /// <summary>When trying again makes sense.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>How far the model is that was asked for; null when that is not the trouble.</summary>
    public LoadProgress? Progress { get; init; }

    /// <summary>OpenAI's class of error, from the status.</summary>
    public string Type =>
        Status switch
        {
            401 => "authentication_error",
            403 => "permission_error",
            429 => "rate_limit_error",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        };

    public static OpenAiError Invalid(string code, string message, string? param = null) =>
        new(400, code, message) { Param = param };

    /// <summary>The JSON text as UTF-8.</summary>
    public byte[] ToJson()
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error"u8);
            writer.WriteString("message"u8, Message);
            writer.WriteString("type"u8, Type);
            writer.WriteString("param"u8, Param);
            writer.WriteString("code"u8, Code);
            WriteProgress(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>The members <c>stage</c>, <c>percent</c> and <c>remaining_seconds</c>, as far as they are known.</summary>
    public void WriteProgress(Utf8JsonWriter writer)
    {
        if (Progress is not { } progress)
        {
            return;
        }

        writer.WriteString("stage"u8, progress.Stage);
        if (progress.Percent is { } percent)
        {
            writer.WriteNumber("percent"u8, percent);
        }

        if (progress.Remaining is { } remaining)
        {
            writer.WriteNumber("remaining_seconds"u8, (long)Math.Ceiling(remaining.TotalSeconds));
        }
    }

    /// <summary>Whole seconds of <see cref="RetryAfter"/>, at least one.</summary>
    public string RetryAfterSeconds() =>
        ((long)Math.Max(1, Math.Ceiling((RetryAfter ?? TimeSpan.FromSeconds(1)).TotalSeconds))).ToString();
}
