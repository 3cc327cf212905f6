using System.Net;
using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LlmOperator.Kubernetes.Authentication;
using LlmOperator.Kubernetes.Configuration;
using LlmOperator.Kubernetes.Metrics;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Kubernetes.Transport;

/// <summary>The HTTP stack of a client: warnings, retries, authentication, TLS, connections.</summary>
internal sealed class KubernetesTransport : IDisposable
{
    private readonly HttpMessageInvoker _invoker;
    private readonly ICredentialSource _credentials;
    private readonly RenewableHandler _connections;
    private readonly ReloadingPem<X509Certificate2>? _clientCertificate;
    private readonly KubernetesConfiguration _configuration;
    private readonly Uri _root;
    private readonly string _userAgent;

    public KubernetesTransport(
        KubernetesConfiguration configuration,
        TimeProvider time,
        ILoggerFactory loggers
    )
    {
        _configuration = configuration;
        string root = configuration.Server.AbsoluteUri;
        _root = new Uri(root.EndsWith('/') ? root : root + "/");
        _userAgent = configuration.UserAgent ?? DefaultUserAgent();
        try
        {
            ILogger logger = loggers.CreateLogger<KubernetesTransport>();
            ServerTrust trust = new(configuration, time, logger);
            WebProxy? proxy = ProxyChoice.For(
                configuration.Server,
                configuration.Proxy,
                Environment.GetEnvironmentVariable
            );
            _connections = new RenewableHandler(() =>
            {
                ConnectionTracker tracker = new(p => TlsOptions(trust, p), configuration.Connections, time);
                return (tracker, SocketsHandler(trust, tracker, proxy));
            });
            _credentials = CredentialSources.For(configuration, time, loggers, _connections.Renew);
            _clientCertificate = ClientCertificate.For(configuration.Tls, time, logger, _connections.Renew);
            _invoker = new HttpMessageInvoker(
                new WarningHandler(loggers.CreateLogger<WarningHandler>())
                {
                    InnerHandler = new RetryHandler(time)
                    {
                        InnerHandler = new AuthenticationHandler(_credentials, time)
                        {
                            InnerHandler = new MetricsHandler(_root) { InnerHandler = _connections },
                        },
                    },
                },
                disposeHandler: true
            );
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or CryptographicException
                        or ArgumentException
            )
        {
            throw new KubeconfigException($"The TLS files of {_root} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Sends a request with a relative URI and returns as soon as the headers are there.</summary>
    public Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        request.RequestUri = Absolute(request.RequestUri);
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        if (request.Headers.UserAgent.Count == 0)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", _userAgent);
        }

        if (_configuration.Tls.ServerName is { } name)
        {
            // The handler takes the name of the handshake (SNI) from the Host header.
            request.Headers.Host = name;
        }

        // Looked at for each request, so that a renewed certificate closes old connections (C6).
        _ = _clientCertificate?.Value;
        return _invoker.SendAsync(request, cancellationToken);
    }

    public void Dispose()
    {
        _invoker.Dispose();
        (_credentials as IDisposable)?.Dispose();
    }

    /// <summary>Settings of the connections (C7), for the test that guards them.</summary>
    internal SocketsHttpHandler SocketsHandler(
        ServerTrust trust,
        ConnectionTracker tracker,
        WebProxy? proxy
    ) =>
        new()
        {
            ConnectTimeout = _configuration.Connections.Connect,
            KeepAlivePingDelay = _configuration.Connections.PingDelay,
            KeepAlivePingTimeout = _configuration.Connections.PingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = _configuration.Connections.Idle,
            EnableMultipleHttp2Connections = true,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectCallback = tracker.ConnectAsync,
            UseProxy = proxy is not null,
            Proxy = proxy,
            SslOptions = TlsOptions(trust, protocols: null),
        };

    private SslClientAuthenticationOptions TlsOptions(
        ServerTrust trust,
        List<SslApplicationProtocol>? protocols
    ) =>
        new()
        {
            TargetHost = _configuration.Tls.ServerName ?? _configuration.Server.IdnHost.Trim('[', ']'),
            ApplicationProtocols = protocols,
            RemoteCertificateValidationCallback = trust.Validate,
            LocalCertificateSelectionCallback = (_, _, _, _, _) => SelectCertificate()!,
        };

    private X509Certificate2? SelectCertificate() =>
        _clientCertificate?.Value ?? (_credentials as ExecCredentialSource)?.Certificate;

    private Uri Absolute(Uri? relative)
    {
        if (relative is null || relative.IsAbsoluteUri)
        {
            throw new ArgumentException(
                $"The request must have a relative URI such as api/v1/nodes, not \"{relative}\"."
            );
        }

        // A leading slash would drop the path prefix of the server's address.
        return new Uri(_root, relative.OriginalString.TrimStart('/'));
    }

    private static string DefaultUserAgent()
    {
        AssemblyName? process = Assembly.GetEntryAssembly()?.GetName();
        string system =
            OperatingSystem.IsWindows() ? "windows"
            : OperatingSystem.IsMacOS() ? "darwin"
            : "linux";
        return $"{process?.Name ?? "dotnet"}/{process?.Version?.ToString(3) ?? "0"} "
            + $"({system}/{RuntimeInformation.ProcessArchitecture})";
    }
}
