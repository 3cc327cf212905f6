using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Kubernetes.Transport;

/// <summary>Logs the server's <c>Warning:</c> headers, each text once (C10).</summary>
internal sealed partial class WarningHandler(ILogger<WarningHandler> logger) : DelegatingHandler
{
    // Warnings may carry names of objects; after so many the rest go unlogged rather than grow without end.
    private const int MostTexts = 1000;

    private readonly ConcurrentDictionary<string, byte> _seen = new();

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        foreach (var warning in response.Headers.Warning)
        {
            string text = warning.Text.Trim('"');
            if (warning.Code == 299 && _seen.Count < MostTexts && _seen.TryAdd(text, 0))
            {
                LogWarning(text);
            }
        }

        return response;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The API server warns: {Text}")]
    private partial void LogWarning(string text);
}
