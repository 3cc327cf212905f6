using System.Net.Http.Headers;

namespace LlmOperator.Engines;

/// <summary>A running server that is not ours: its address, its key, and whether it is still there.</summary>
internal sealed class RemoteServer
{
    private static readonly TimeSpan s_checkInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_checkTimeout = TimeSpan.FromSeconds(5);
    private const int FailuresUntilGone = 3;

    private readonly string? _apiKey;

    /// <param name="name">For messages.</param>
    /// <param name="address">Address; a trailing <c>/v1</c> is dropped.</param>
    /// <param name="apiKey">Bearer token, or null.</param>
    /// <param name="checkPath">A cheap path that answers 200.</param>
    public RemoteServer(string name, Uri address, string? apiKey, string checkPath)
    {
        string root = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        if (root.EndsWith("/v1", StringComparison.Ordinal))
        {
            root = root[..^"/v1".Length];
        }

        Name = name;
        Address = new Uri(root + "/");
        CheckPath = checkPath;
        _apiKey = apiKey;
    }

    public string Name { get; }

    public Uri Address { get; }

    public string CheckPath { get; }

    /// <summary>A client for the server; the caller disposes it.</summary>
    public HttpClient CreateClient()
    {
        // The administrator of the node names this server; it is no source of a tenant.
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };
        HttpClient client = new(handler) { BaseAddress = Address, Timeout = Timeout.InfiniteTimeSpan };
        if (_apiKey is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _apiKey);
        }

        return client;
    }

    /// <summary>An error for a server that does not answer.</summary>
    public EngineException Unreachable(Exception? error = null) =>
        new(
            EngineFailure.NotFound,
            $"{Name} does not answer at {Address}{CheckPath}; start it or correct its address.",
            error
        );

    /// <summary>Returns when the server has failed three checks in a row, or when it is cancelled.</summary>
    public async Task WatchAsync(HttpClient client, TimeProvider time, CancellationToken cancellationToken)
    {
        int failures = 0;
        while (failures < FailuresUntilGone && !cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(s_checkInterval, time, cancellationToken);
                failures = await AnswersAsync(client, time, cancellationToken) ? 0 : failures + 1;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<bool> AnswersAsync(
        HttpClient client,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        using CancellationTokenSource timeout = new(s_checkTimeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            timeout.Token
        );
        try
        {
            using HttpResponseMessage response = await client.GetAsync(CheckPath, either.Token);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
