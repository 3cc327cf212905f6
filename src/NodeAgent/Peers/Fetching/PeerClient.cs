using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Peers.Authentication;
using LlmOperator.NodeAgent.Peers.Serving;

namespace LlmOperator.NodeAgent.Peers.Fetching;

/// <summary>
/// Asks other agents. An answer that does not prove that it comes from the asked node is no answer; redirects and proxies
/// are not followed. Thread-safe.
/// </summary>
internal sealed class PeerClient : IDisposable
{
    // A list of 16,384 units with digests, as base64 in JSON.
    private const int LongestList = 1 << 20;
    private static readonly HttpRequestOptionsKey<string> s_mac = new("mac");
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_shortestRest = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan s_longestRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(10);
    private readonly PeerKey _key;
    private readonly string _node;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public PeerClient(PeerKey key, string node, TimeProvider time)
    {
        (_key, _node, _time) = (key, node, time);
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseProxy = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = s_connect,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>What a peer has of a file; null when it is as much as is known.</summary>
    /// <param name="peer">Whom to ask.</param>
    /// <param name="digest">The file.</param>
    /// <param name="replica">Who wants it, for private files; empty for nobody.</param>
    /// <param name="question">What the asker knows already, and how long it waits for news.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <exception cref="PeerException">It does not say.</exception>
    public async Task<PeerUnits?> UnitsAsync(
        Peer peer,
        ModelDigest digest,
        string replica,
        UnitsQuestion question,
        CancellationToken cancellationToken
    )
    {
        using CancellationTokenSource limit = new(s_answer, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            limit.Token,
            cancellationToken
        );
        try
        {
            return await AskUnitsAsync(peer, digest, replica, question, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PeerException($"Node {peer.Node} did not answer within {s_answer.TotalSeconds:0} s.");
        }
    }

    private async Task<PeerUnits?> AskUnitsAsync(
        Peer peer,
        ModelDigest digest,
        string replica,
        UnitsQuestion question,
        CancellationToken cancellationToken
    )
    {
        using HttpResponseMessage response = await SendAsync(
            peer,
            $"{PeerEndpoints.Prefix[1..]}/{digest}/units{question.ToQuery()}",
            null,
            replica,
            cancellationToken
        );
        byte[] body = await BodyAsync(peer, response, cancellationToken);
        Require(peer, response, body);
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            return null;
        }

        try
        {
            return
                JsonSerializer.Deserialize<PeerUnits>(body, JsonSerializerOptions.Web) is { } units
                && units.IsSound()
                ? units
                : throw new PeerException($"Node {peer.Node} gave a list of units that cannot be.");
        }
        catch (JsonException)
        {
            throw new PeerException($"Node {peer.Node} gave a list of units that is not JSON.");
        }
    }

    /// <summary>Bytes of a file; the caller disposes the stream, which ends with an error when bytes are missing.</summary>
    /// <exception cref="PeerException">The peer does not give them.</exception>
    public async Task<Stream> OpenAsync(
        Peer peer,
        ModelDigest digest,
        ByteRange range,
        long sizeBytes,
        string replica,
        CancellationToken cancellationToken
    )
    {
        HttpResponseMessage response = await SendAsync(
            peer,
            $"{PeerEndpoints.Prefix[1..]}/{digest}",
            range,
            replica,
            cancellationToken
        );
        try
        {
            HttpContentHeaders headers = response.Content.Headers;
            if (response.StatusCode != HttpStatusCode.PartialContent)
            {
                Require(peer, response, await BodyAsync(peer, response, cancellationToken));
                throw new PeerException(
                    $"Node {peer.Node} answered {(int)response.StatusCode} to a request for a range."
                );
            }

            if (
                !IsProven(response, "")
                || headers.ContentRange?.ToString() != range.ContentRange(sizeBytes)
                || headers.ContentLength != range.Length
            )
            {
                throw new PeerException(
                    $"Node {peer.Node} gave another range than it was asked for, or no proof."
                );
            }

            return new PeerStream(
                await response.Content.ReadAsStreamAsync(cancellationToken),
                response,
                peer.Node,
                range.Length
            );
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(
        Peer peer,
        string path,
        ByteRange? range,
        string replica,
        CancellationToken cancellationToken
    )
    {
        Uri address = new(peer.Address, path);
        PeerClaim claim = new()
        {
            Method = "GET",
            Path = address.PathAndQuery,
            Range = range?.Header ?? "",
            From = _node,
            To = peer.Node,
            Replica = replica,
            UnixMilliseconds = _time.GetUtcNow().ToUnixTimeMilliseconds(),
            Nonce = PeerKey.NewNonce(),
        };
        string mac = _key.Sign(claim);
        using HttpRequestMessage request = new(HttpMethod.Get, address);
        request.Options.Set(s_mac, mac);
        request.Headers.TryAddWithoutValidation("Authorization", $"{PeerClaim.Scheme} {claim.ToHeader(mac)}");
        if (range is not null)
        {
            request.Headers.TryAddWithoutValidation("Range", claim.Range);
        }

        try
        {
            return await _http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                cancellationToken
            );
        }
        catch (HttpRequestException error)
        {
            throw new PeerException($"Node {peer.Node} cannot be reached: {error.Message}");
        }
    }

    // A status that is not a success is told in the peer's own words, when it proves itself.
    private void Require(Peer peer, HttpResponseMessage response, byte[] body)
    {
        if (!IsProven(response, Convert.ToHexStringLower(SHA256.HashData(body))))
        {
            throw new PeerException(
                response.StatusCode == HttpStatusCode.Unauthorized
                    ? $"Node {peer.Node} does not know this node: give the agents of all nodes the same serving token."
                    : $"The answer of node {peer.Node} has no right proof; it answered {(int)response.StatusCode}."
            );
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new PeerException(
                $"Node {peer.Node}: {MessageOf(body) ?? $"it answered {(int)response.StatusCode}."}",
                retryAfter: response.StatusCode == HttpStatusCode.ServiceUnavailable
                    ? RestOf(response)
                    : null,
                isLacking: response.StatusCode == HttpStatusCode.NotFound,
                isRefusing: response.StatusCode == HttpStatusCode.Forbidden
            );
        }
    }

    // The header is not part of the proof, so that it is believed within bounds only.
    private static TimeSpan RestOf(HttpResponseMessage response) =>
        response.Headers.RetryAfter?.Delta is { } asked && asked < s_longestRest
            ? asked > s_shortestRest
                ? asked
                : s_shortestRest
            : s_longestRest;

    private bool IsProven(HttpResponseMessage response, string bodyHash)
    {
        HttpContentHeaders headers = response.Content.Headers;
        return response.Headers.TryGetValues(PeerAnswer.ProofHeader, out IEnumerable<string>? proofs)
            && response.RequestMessage!.Options.TryGetValue(s_mac, out string? mac)
            && (headers.ContentLength ?? 0) is var length
            && _key.IsRight(
                mac,
                new PeerAnswer(
                    (int)response.StatusCode,
                    length,
                    headers.ContentRange?.ToString() ?? "",
                    bodyHash
                ),
                proofs.First()
            );
    }

    private static async Task<byte[]> BodyAsync(
        Peer peer,
        HttpResponseMessage response,
        CancellationToken cancellationToken
    )
    {
        if (response.StatusCode == HttpStatusCode.NoContent)
        {
            return [];
        }

        if (response.Content.Headers.ContentLength is not (>= 0 and <= LongestList and { } length))
        {
            throw new PeerException($"The answer of node {peer.Node} is longer than it may be.");
        }

        try
        {
            byte[] body = new byte[length];
            await using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            await stream.ReadExactlyAsync(body, cancellationToken);
            return body;
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new PeerException($"The answer of node {peer.Node} was cut: {error.Message}");
        }
    }

    private static string? MessageOf(byte[] body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return document.RootElement.GetProperty("error").GetProperty("message").GetString();
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
