using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Watching;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.Caching;

/// <summary>
/// Keeps a sink equal to what the server has, by list and watch, whatever the server and the network do (C11-C23).
/// Never ends by itself.
/// </summary>
internal sealed partial class Reflector<T>(
    IKubernetesClient client,
    InformerOptions options,
    IReflectorSink<T> sink,
    TimeProvider time,
    Random random,
    ILogger logger
)
    where T : KubernetesObject
{
    private const string AnyVersion = "0";

    private readonly Backoff _backoff = new(time, random);
    private string? _version;
    private bool _needsList = true;
    private bool _streams = options.UseStreamingList;
    private int _expiredInARow;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await StepAsync(cancellationToken))
                {
                    await _backoff.WaitAsync(cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Lists when needed, then watches until that ends. True when to wait before the next step.</summary>
    private async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        WatchOutcome outcome;
        try
        {
            if (_needsList && !_streams)
            {
                await ListAsync(cancellationToken);
            }

            outcome = await WatchAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Border: whatever a list or a watch meets, the reflector goes on (fault 2).
            LogListFailed(typeof(T).Name, e.Message);
            return true;
        }

        _expiredInARow = outcome == WatchOutcome.Expired ? _expiredInARow + 1 : 0;
        _needsList |= outcome is WatchOutcome.Expired or WatchOutcome.Refused or WatchOutcome.NoStreaming;
        _streams &= outcome != WatchOutcome.NoStreaming;

        // A server that finds every version too old must not be asked in a hot loop.
        return outcome is WatchOutcome.Unwell or WatchOutcome.Refused || _expiredInARow > 1;
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        string asked = _version ?? AnyVersion;
        KubernetesList<T> list;
        try
        {
            // A list of one version is answered from the server's cache, whole; pages would go to its database (C12).
            list = await ListAsync(asked, asked == AnyVersion ? options.PageSize : null, cancellationToken);
        }
        catch (KubernetesApiException e) when (e.IsGone || e.IsTooLargeResourceVersion)
        {
            list = await ListAsync(version: null, options.PageSize, cancellationToken);
        }

        sink.Replace(list.Items);
        _needsList = false;
        if (!string.IsNullOrEmpty(list.Metadata.ResourceVersion))
        {
            _version = list.Metadata.ResourceVersion;
            sink.Reached(_version);
        }

        LogListed(typeof(T).Name, list.Items.Count, _version);
    }

    private Task<KubernetesList<T>> ListAsync(
        string? version,
        int? pageSize,
        CancellationToken cancellationToken
    ) =>
        ListPager.ListAsync<T>(
            client,
            new ListOptions
            {
                Namespace = options.Namespace,
                LabelSelector = options.LabelSelector,
                FieldSelector = options.FieldSelector,
                ResourceVersion = version,
            },
            pageSize,
            cancellationToken
        );

    private async Task<WatchOutcome> WatchAsync(CancellationToken cancellationToken)
    {
        TimeSpan timeout = ReflectorConstants.LeastWatchTimeout * (1 + random.NextDouble());
        using CancellationTokenSource silence = new(timeout + ReflectorConstants.IdleMargin, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            silence.Token
        );
        WatchSession<T> session = new(sink, _version, isStreamingList: _needsList);
        long start = time.GetTimestamp();
        try
        {
            WatchOptions watch = new()
            {
                Namespace = options.Namespace,
                LabelSelector = options.LabelSelector,
                FieldSelector = options.FieldSelector,
                ResourceVersion = _version,
                Timeout = timeout,
                SendInitialEvents = _needsList,
            };
            await foreach (WatchEvent<T> e in client.WatchAsync<T>(watch, either.Token))
            {
                if (session.Take(e) is { } refusal)
                {
                    LogWatchFailed(typeof(T).Name, refusal.Message);
                    return OutcomeOf(refusal);
                }

                if (session.IsComplete)
                {
                    _needsList = false;
                    _version = session.Version;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            LogSilent(typeof(T).Name, timeout);
            return WatchOutcome.Ended;
        }
        catch (KubernetesApiException e)
        {
            LogWatchFailed(typeof(T).Name, e.Message);
            return _needsList && e.IsInvalid ? WatchOutcome.NoStreaming : OutcomeOf(e);
        }
        catch (Exception e) when (e is HttpRequestException or WatchException or IOException)
        {
            LogWatchFailed(typeof(T).Name, e.Message);
            return WatchOutcome.Unwell;
        }

        bool tooShort = !session.SawEvent && time.GetElapsedTime(start) < ReflectorConstants.VeryShortWatch;
        return tooShort ? WatchOutcome.Unwell : WatchOutcome.Ended;
    }

    private static WatchOutcome OutcomeOf(KubernetesApiException e) =>
        e.IsGone || e.IsTooLargeResourceVersion ? WatchOutcome.Expired
        : e.IsTooManyRequests || e.IsInternalError || e.IsTimeout ? WatchOutcome.Unwell
        : WatchOutcome.Refused;
}
