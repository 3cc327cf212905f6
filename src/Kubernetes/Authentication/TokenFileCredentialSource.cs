using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Kubernetes.Authentication;

/// <summary>
/// A bearer token in a file that somebody renews, such as a pod's service account token (C4): read again after a
/// minute less ten seconds, by one reader at a time; a failed reading keeps the old token; a 401 drops it.
/// </summary>
internal sealed partial class TokenFileCredentialSource(
    string path,
    TimeProvider time,
    ILogger<TokenFileCredentialSource> logger
) : ICredentialSource, IDisposable
{
    // client-go transport/token_source.go: period one minute, leeway ten seconds.
    private static readonly TimeSpan s_freshFor = TimeSpan.FromSeconds(50);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Credential? _cached;

    public async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        if (Fresh() is { } credential)
        {
            return credential;
        }

        await _reading.WaitAsync(cancellationToken);
        try
        {
            return Fresh() ?? await ReadAsync(cancellationToken);
        }
        finally
        {
            _reading.Release();
        }
    }

    public ValueTask OnUnauthorizedAsync(
        Credential used,
        long requestStart,
        CancellationToken cancellationToken
    )
    {
        // A token that was read after the request began is not the one that was refused.
        Credential? cached = _cached;
        if (cached is not null && cached.ObtainedAt <= requestStart)
        {
            Interlocked.CompareExchange(ref _cached, null, cached);
        }

        return ValueTask.CompletedTask;
    }

    public void Dispose() => _reading.Dispose();

    private Credential? Fresh() =>
        _cached is { } cached && time.GetElapsedTime(cached.ObtainedAt) < s_freshFor ? cached : null;

    private async Task<Credential> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            string token = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
            if (token.Length == 0)
            {
                throw new IOException($"The token file {path} is empty.");
            }

            return _cached = new Credential
            {
                Header = new AuthenticationHeaderValue("Bearer", token),
                ObtainedAt = time.GetTimestamp(),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_cached is { } old)
            {
                LogKeepingOldToken(path, e.Message);
                return old;
            }

            throw new HttpRequestException($"Cannot read the token file {path}: {e.Message}", e);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Cannot read the token file {Path}, keeping the old token: {Problem}"
    )]
    private partial void LogKeepingOldToken(string path, string problem);
}
