using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace LlmOperator.Models.Sources;

/// <summary>
/// The only way out to hosts that users name. It dials no private address, speaks plain HTTP only where allowed, and
/// follows redirects itself so that no credential reaches another host. Safe for concurrent use.
/// </summary>
public sealed class GuardedHttp : IDisposable
{
    private const int MaxRedirects = 10;
    private const int MaxHeaderKilobytes = 64;

    private readonly SourceSettings _settings;
    private readonly TimeProvider _time;
    private readonly SocketsHttpHandler _handler;
    private readonly HttpMessageInvoker _invoker;
    private readonly SourceProxy? _proxy;
    private readonly RegistryTokens _tokens;

    /// <summary>Makes the connections that <paramref name="settings"/> allow.</summary>
    public GuardedHttp(SourceSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        _proxy = settings.Proxy is { } proxy ? new SourceProxy(settings, proxy) : null;
        _handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = DialAsync,
            ConnectTimeout = settings.ConnectTimeout,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
            // Only the one that was named: one from the environment would dial for us, past the guard.
            UseProxy = _proxy is not null,
            Proxy = _proxy,
        };
        _invoker = new HttpMessageInvoker(_handler, disposeHandler: false);
        _tokens = new RegistryTokens(this, settings, time);
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        _tokens.Dispose();
        _invoker.Dispose();
        _handler.Dispose();
    }

    /// <summary>
    /// Sends a request, follows redirects, gets a token where the repository's registry wants one of its own, and
    /// returns with the headers of the last answer.
    /// </summary>
    /// <param name="request">What to ask.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ModelSourceException">The host was refused or not reached, or redirected without end.</exception>
    internal async Task<HttpResponseMessage> SendAsync(
        GuardedRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.Repository is not { } repository)
        {
            return await FollowAsync(request, cancellationToken);
        }

        GuardedRequest first = _tokens.WithKnown(request);
        HttpResponseMessage response = await FollowAsync(first, cancellationToken);
        if (
            response.StatusCode != HttpStatusCode.Unauthorized
            || !IsSameOrigin(response.RequestMessage!.RequestUri!, repository)
        )
        {
            return response;
        }

        try
        {
            if (await _tokens.RenewAsync(request, first, response, cancellationToken) is not { } renewed)
            {
                return response;
            }

            response.Dispose();
            return await FollowAsync(renewed, cancellationToken);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<HttpResponseMessage> FollowAsync(
        GuardedRequest request,
        CancellationToken cancellationToken
    )
    {
        Uri url = request.Url;
        bool sameHost = true;
        for (int hop = 0; hop <= MaxRedirects; hop++)
        {
            RequireAllowed(url);
            await RequireAllowedBehindProxyAsync(url, cancellationToken);
            HttpResponseMessage response = await SendOnceAsync(request, url, sameHost, cancellationToken);
            if (NextHop(url, response) is not { } next)
            {
                return response;
            }

            response.Dispose();
            if (next.Scheme != Uri.UriSchemeHttps && url.Scheme == Uri.UriSchemeHttps)
            {
                throw new ModelSourceException(
                    ModelSourceFailure.Refused,
                    $"{url.Host} redirects from https to '{next.Scheme}', which is refused; use another source."
                );
            }

            // Once a redirect has left the host, what it leads to is someone else's choice: no credential again.
            sameHost = sameHost && IsSameOrigin(url, next);
            url = next;
        }

        throw new ModelSourceException(
            ModelSourceFailure.Invalid,
            $"{request.Url.Host} redirects more than {MaxRedirects} times; use another source."
        );
    }

    internal static bool IsSameOrigin(Uri left, Uri right) =>
        left.Scheme == right.Scheme
        && left.Port == right.Port
        && string.Equals(left.IdnHost, right.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static Uri? NextHop(Uri url, HttpResponseMessage response) =>
        response.StatusCode
            is HttpStatusCode.MovedPermanently
                or HttpStatusCode.Found
                or HttpStatusCode.SeeOther
                or HttpStatusCode.TemporaryRedirect
                or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location
            ? new Uri(url, location)
            : null;

    private void RequireAllowed(Uri url)
    {
        if (!url.IsAbsoluteUri || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            throw new ModelSourceException(
                ModelSourceFailure.Refused,
                "A source's address must begin with https:// (or http:// where allowed)."
            );
        }

        if (url.UserInfo.Length > 0)
        {
            throw new ModelSourceException(
                ModelSourceFailure.Refused,
                $"The address at {url.Host} holds a user name or password; put the token in a Secret instead."
            );
        }

        if (url.Scheme == Uri.UriSchemeHttp && !AddressGuard.AllowsPlainHttp(_settings, url.Host))
        {
            throw new ModelSourceException(
                ModelSourceFailure.Refused,
                $"Plain http to {url.Host} is refused; use https, or allow the host in the sources' settings."
            );
        }
    }

    private async Task RequireAllowedBehindProxyAsync(Uri url, CancellationToken cancellationToken)
    {
        if (_proxy is null || _proxy.IsBypassed(url))
        {
            return;
        }

        IPAddress[] addresses;
        try
        {
            addresses = await Dns.GetHostAddressesAsync(url.DnsSafeHost, cancellationToken);
        }
        catch (SocketException)
        {
            // Where only the proxy knows the names of the outside.
            return;
        }

        if (!addresses.All(address => AddressGuard.Allows(_settings, url.Host, address)))
        {
            throw new ModelSourceException(ModelSourceFailure.Refused, PrivateAddress(url.Host));
        }
    }

    private static string PrivateAddress(string host) =>
        $"{host} has a private or local address, which sources may not use; allow the host in the sources' settings if it is meant.";

    private async Task<HttpResponseMessage> SendOnceAsync(
        GuardedRequest request,
        Uri url,
        bool withHostHeaders,
        CancellationToken cancellationToken
    )
    {
        using HttpRequestMessage message = new(request.Method, url);
        message.Headers.UserAgent.ParseAdd(_settings.UserAgent);
        // A compressed body has other offsets and another digest.
        message.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        message.Headers.Range = request.Range;
        if (request.Accept is { } accept)
        {
            message.Headers.TryAddWithoutValidation("Accept", accept);
        }

        if (withHostHeaders)
        {
            foreach ((string name, string value) in request.HostHeaders)
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using CancellationTokenSource timeout = new(_settings.ResponseTimeout, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            timeout.Token,
            cancellationToken
        );
        try
        {
            return await _invoker.SendAsync(message, either.Token);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ModelSourceException(
                ModelSourceFailure.Unreachable,
                $"{url.Host} did not answer within {_settings.ResponseTimeout.TotalSeconds:0} s; it is tried again later.",
                error
            );
        }
        catch (HttpRequestException error)
        {
            throw error.InnerException is AddressRefusedException refused
                ? new ModelSourceException(ModelSourceFailure.Refused, refused.Message, error)
                : new ModelSourceException(
                    ModelSourceFailure.Unreachable,
                    $"{url.Host} cannot be reached ({error.HttpRequestError}); check the address and the network.",
                    error
                );
        }
    }

    // The name is resolved here and the checked address dialled, so that a second answer of the name server is no use.
    private async ValueTask<Stream> DialAsync(
        SocketsHttpConnectionContext context,
        CancellationToken cancellationToken
    )
    {
        string host = context.DnsEndPoint.Host;
        IPAddress[] addresses = await Dns.GetHostAddressesAsync(host.Trim('[', ']'), cancellationToken);
        bool isProxy = _proxy?.IsAt(context.DnsEndPoint) == true;
        IPAddress[] allowed =
        [
            .. addresses.Where(address => isProxy || AddressGuard.Allows(_settings, host, address)),
        ];
        if (allowed.Length == 0)
        {
            throw new AddressRefusedException(PrivateAddress(host));
        }

        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
