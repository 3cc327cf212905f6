using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace LlmOperator.Kubernetes.Authentication;

/// <summary>
/// Credentials of a plugin (C5): cached until they expire, one run at a time, refreshed on a 401 only when the
/// credentials that were refused are still the cached ones.
/// </summary>
internal sealed class ExecCredentialSource(IExecPlugin plugin, TimeProvider time, Action onCertificateChanged)
    : ICredentialSource,
        IDisposable
{
    private readonly SemaphoreSlim _running = new(1, 1);
    private volatile Entry? _cached;

    /// <summary>Client certificate of the present credentials, for TLS handshakes.</summary>
    public X509Certificate2? Certificate => _cached?.Credential.Certificate;

    public async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        if (Valid() is { } valid)
        {
            return valid;
        }

        await _running.WaitAsync(cancellationToken);
        try
        {
            return Valid() ?? await RunAsync(cancellationToken);
        }
        finally
        {
            _running.Release();
        }
    }

    public async ValueTask OnUnauthorizedAsync(
        Credential used,
        long requestStart,
        CancellationToken cancellationToken
    )
    {
        await _running.WaitAsync(cancellationToken);
        try
        {
            if (ReferenceEquals(_cached?.Credential, used))
            {
                await RunAsync(cancellationToken);
            }
        }
        finally
        {
            _running.Release();
        }
    }

    public void Dispose()
    {
        _cached?.Credential.Certificate?.Dispose();
        _running.Dispose();
    }

    private Credential? Valid() =>
        _cached is { } cached && (cached.Expiry is null || time.GetUtcNow() < cached.Expiry)
            ? cached.Credential
            : null;

    private async Task<Credential> RunAsync(CancellationToken cancellationToken)
    {
        ExecCredentialStatus status = await plugin.RunAsync(cancellationToken);
        Entry fresh = new(
            new Credential
            {
                Header = string.IsNullOrEmpty(status.Token)
                    ? null
                    : new AuthenticationHeaderValue("Bearer", status.Token),
                Certificate = CertificateOf(status),
                ObtainedAt = time.GetTimestamp(),
            },
            status.ExpirationTimestamp
        );
        Entry? old = _cached;
        _cached = fresh;
        if (
            old is not null
            && old.Credential.Certificate?.Thumbprint != fresh.Credential.Certificate?.Thumbprint
        )
        {
            // The server knows open connections by the old certificate, or by none.
            onCertificateChanged();
        }

        return fresh.Credential;
    }

    private static X509Certificate2? CertificateOf(ExecCredentialStatus status)
    {
        if (string.IsNullOrEmpty(status.ClientCertificateData))
        {
            return null;
        }

        try
        {
            return X509Certificate2.CreateFromPem(status.ClientCertificateData, status.ClientKeyData);
        }
        catch (CryptographicException e)
        {
            throw new HttpRequestException(
                $"The credential plugin gave a client certificate that cannot be read: {e.Message}",
                e
            );
        }
    }

    private sealed record Entry(Credential Credential, DateTimeOffset? Expiry);
}
