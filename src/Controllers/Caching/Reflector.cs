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
    private const int BadRequest = 400;

    private readonly Backoff _backoff = new(time, random);
    private string? _version;
    private bool _needsList = true;
    private bool _streams = options.UseStreamingList;
    private int _expiredInARow;
    private int _failuresInARow;

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
        TimeSpan longest = timeout + ReflectorConstants.IdleMargin;
        using SilenceTimer silence = new(_needsList ? ReflectorConstants.StreamingSilence : longest, time);
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
                _failuresInARow = 0;
                if (session.Take(e) is { } refusal)
                {
                    LogWatchFailed(typeof(T).Name, refusal.Message);
                    return OutcomeOfEvent(refusal);
                }

                if (session.IsComplete)
                {
                    if (_needsList)
                    {
                        silence.Set(longest - time.GetElapsedTime(start));
                    }

                    _needsList = false;
                    _version = session.Version;
                }
                else if (e is WatchEvent<T>.Added)
                {
                    // Nothing else is a sign that the list goes on: a plain watch sends changes and bookmarks too.
                    silence.Set(ReflectorConstants.StreamingSilence);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            if (_needsList)
            {
                LogNoStreaming(typeof(T).Name);
                return WatchOutcome.NoStreaming;
            }

            LogSilent(typeof(T).Name, timeout);
            return WatchOutcome.Ended;
        }
        catch (KubernetesApiException e)
        {
            LogWatchFailed(typeof(T).Name, e.Message);
            return OutcomeOfStart(e);
        }
        catch (Exception e) when (e is HttpRequestException or WatchException or IOException)
        {
            LogWatchFailed(typeof(T).Name, e.Message);
            return WatchOutcome.Unwell;
        }

        if (_needsList)
        {
            // A list as a stream that ended before its mark.
            LogNoStreaming(typeof(T).Name);
            return WatchOutcome.NoStreaming;
        }

        bool tooShort = !session.SawEvent && time.GetElapsedTime(start) < ReflectorConstants.VeryShortWatch;
        return tooShort ? WatchOutcome.Unwell : WatchOutcome.Ended;
    }

    // An error that the server sends in a watch that it had begun (C16).
    private static WatchOutcome OutcomeOfEvent(KubernetesApiException e) =>
        e.IsGone || e.IsTooLargeResourceVersion ? WatchOutcome.Expired
        : e.IsTooManyRequests ? WatchOutcome.Unwell
        : WatchOutcome.Refused;

    // A watch that did not begin (C15).
    private WatchOutcome OutcomeOfStart(KubernetesApiException e)
    {
        if (_needsList && (e.IsInvalid || e.Status.Code == BadRequest))
        {
            LogNoStreaming(typeof(T).Name);
            return WatchOutcome.NoStreaming;
        }

        if (e.IsGone || e.IsTooLargeResourceVersion)
        {
            // A streaming list may begin anywhere; a watch is followed by a list, which knows what to ask for (C12).
            _version = _needsList ? null : _version;
            return WatchOutcome.Expired;
        }

        if (e.IsTooManyRequests)
        {
            return WatchOutcome.Unwell;
        }

        // The server fails: the version is as good as before, unless it is this version that makes it fail.
        bool isFailing = e.IsInternalError || e.IsTimeout;
        _failuresInARow = isFailing ? _failuresInARow + 1 : 0;
        return isFailing && _failuresInARow < ReflectorConstants.MostFailuresFromOneVersion
            ? WatchOutcome.Unwell
            : WatchOutcome.Refused;
    }
}
