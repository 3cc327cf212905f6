using System.Collections.Concurrent;

namespace LlmOperator.Models.Sources;

/// <summary>
/// Tokens that registries gave for their repositories, kept until they expire, so that each range of a file does not
/// cost a refusal and an exchange. Thread-safe.
/// </summary>
internal sealed class RegistryTokens(GuardedHttp http, SourceSettings settings, TimeProvider time)
    : IDisposable
{
    // A fleet uses tens of repositories; the bound only keeps a long life from growing.
    private const int MaxTokens = 1000;

    private readonly RegistryTokenClient _client = new(http, settings, time);
    private readonly ConcurrentDictionary<string, Entry> _tokens = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _exchange = new(1);

    /// <summary>The request with the token that is known for its repository, else as it is.</summary>
    public GuardedRequest WithKnown(GuardedRequest request) =>
        _tokens.TryGetValue(KeyOf(request), out Entry? known) && time.GetElapsedTime(known.Since) < known.Life
            ? request with
            {
                HostHeaders = SourceTokens.Bearer(known.Token),
            }
            : request;

    /// <summary>The request with a fresh token, or null when the registry offers no exchange.</summary>
    /// <param name="request">As it was before any token.</param>
    /// <param name="refused">As it was refused.</param>
    /// <param name="challenge">The refusal.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ModelSourceException">The log-in is on another host, or refuses.</exception>
    public async Task<GuardedRequest?> RenewAsync(
        GuardedRequest request,
        GuardedRequest refused,
        HttpResponseMessage challenge,
        CancellationToken cancellationToken
    )
    {
        await _exchange.WaitAsync(cancellationToken);
        try
        {
            // Several connections of one file are refused together; one exchange does for all.
            GuardedRequest known = WithKnown(request);
            if (known != request && TokenOf(known) != TokenOf(refused))
            {
                return known;
            }

            RegistryToken? token = await _client.GetAsync(
                request.Repository!,
                challenge,
                request.HostHeaders,
                cancellationToken
            );
            if (token is null)
            {
                return null;
            }

            if (_tokens.Count >= MaxTokens)
            {
                _tokens.Clear();
            }

            _tokens[KeyOf(request)] = new Entry(token.Value, time.GetTimestamp(), token.Life);
            return request with { HostHeaders = SourceTokens.Bearer(token.Value) };
        }
        finally
        {
            _exchange.Release();
        }
    }

    public void Dispose() => _exchange.Dispose();

    private static string? TokenOf(GuardedRequest request) =>
        request.HostHeaders.GetValueOrDefault("Authorization");

    // Who asks is part of it: what one credential opens, another must not.
    private static string KeyOf(GuardedRequest request) => $"{request.Repository} {TokenOf(request)}";

    private sealed record Entry(string Token, long Since, TimeSpan Life);
}
