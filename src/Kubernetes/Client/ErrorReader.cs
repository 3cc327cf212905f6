using System.Text;
using System.Text.Json;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Kubernetes.Client;

/// <summary>Turns a response that is no success into a <see cref="KubernetesApiException"/> (C8).</summary>
internal static class ErrorReader
{
    private const int LargestBody = 256 * 1024;
    private const int LongestMessage = 1024;

    public static async Task<KubernetesApiException> ReadAsync(
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        byte[] body = await ReadBodyAsync(response.Content, cancellationToken);
        KubernetesStatus status = Parse(body) ?? Unparsed(response, body);
        int code = (int)response.StatusCode;
        int? retryAfter =
            status.Details?.RetryAfterSeconds ?? (int?)response.Headers.RetryAfter?.Delta?.TotalSeconds;
        return new KubernetesApiException(
            status with
            {
                Code = status.Code == 0 ? code : status.Code,
                Details = retryAfter is null
                    ? status.Details
                    : (status.Details ?? new KubernetesStatusDetails()) with
                    {
                        RetryAfterSeconds = retryAfter,
                    },
            }
        );
    }

    private static KubernetesStatus? Parse(byte[] body)
    {
        try
        {
            StatusDocument document = KubernetesJson.Read<StatusDocument>(body);
            return document.Kind == "Status"
                ? new KubernetesStatus
                {
                    Code = document.Code,
                    Reason = document.Reason,
                    Message = document.Message,
                    Details = document.Details,
                }
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // A proxy or a load balancer answered, not the API server.
    private static KubernetesStatus Unparsed(HttpResponseMessage response, byte[] body)
    {
        string text = Encoding.UTF8.GetString(body).Trim();
        text = text.Length > LongestMessage ? text[..LongestMessage] + "…" : text;
        return new KubernetesStatus
        {
            Code = (int)response.StatusCode,
            Reason = response.StatusCode.ToString(),
            Message = text.Length > 0 ? text : $"The server answered {(int)response.StatusCode}.",
        };
    }

    private static async Task<byte[]> ReadBodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using Stream stream = await content.ReadAsStreamAsync(cancellationToken);
        byte[] buffer = new byte[LargestBody];
        int length = await stream.ReadAtLeastAsync(
            buffer,
            buffer.Length,
            throwOnEndOfStream: false,
            cancellationToken
        );
        return buffer[..length];
    }

    private sealed record StatusDocument
    {
        public string? Kind { get; init; }

        public int Code { get; init; }

        public string? Reason { get; init; }

        public string? Message { get; init; }

        public KubernetesStatusDetails? Details { get; init; }
    }
}
