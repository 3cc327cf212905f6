using LlmOperator.Controllers.Conflicts;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Kubernetes.Serialization;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Controllers.LeaderElection;

/// <summary>
/// Takes and keeps a lease (C49-C51). A holder's lease is over when it did not change for its duration on our own
/// monotonic clock; the times written in it are never compared.
/// </summary>
public sealed partial class LeaderElector
{
    // client-go's health adaptor allows as much beyond the lease.
    private static readonly TimeSpan s_tolerance = TimeSpan.FromSeconds(20);

    private readonly IKubernetesClient _client;
    private readonly LeaderElectionOptions _options;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger<LeaderElector> _logger;
    private readonly ConflictRetry _conflicts;

    private Lease? _observed;
    private long _observedAt;
    private long _renewedAt;
    private volatile bool _isLeader;
    private volatile bool _isLost;

    /// <summary>Makes an elector; nothing is sent yet.</summary>
    /// <exception cref="ArgumentException">The durations cannot work together.</exception>
    public LeaderElector(
        IKubernetesClient client,
        LeaderElectionOptions options,
        TimeProvider time,
        Random random,
        ILogger<LeaderElector> logger
    )
    {
        options.Validate();
        (_client, _options, _time, _random, _logger) = (client, options, time, random, logger);
        _conflicts = new ConflictRetry(time, random);
    }

    /// <summary>True while this instance leads.</summary>
    public bool IsLeader => _isLeader;

    /// <summary>
    /// False after the loss, and already when the time to renew is over unnoticed, as after a suspended process goes
    /// on: another instance may lead, so nothing may be written (C51).
    /// </summary>
    public bool MayWrite => !_isLost && (!_isLeader || TimeLeft() > TimeSpan.Zero);

    /// <summary>False when we believe to lead by a lease that is long over (C53): the process hangs and should be restarted.</summary>
    public bool IsHealthy =>
        !_isLeader
        || _time.GetElapsedTime(Volatile.Read(ref _renewedAt)) <= _options.LeaseDuration + s_tolerance;

    /// <summary>Returns when this instance leads.</summary>
    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        LogTrying(_options.Lease, _options.Identity);
        while (!await TryAsync(_options.RequestTimeout, cancellationToken))
        {
            double jitter = 1 + (_random.NextDouble() * LeaderElectionOptions.JitterFactor);
            await Task.Delay(_options.RetryPeriod * jitter, _time, cancellationToken);
        }

        _isLeader = true;
        LogLeading(_options.Lease, _options.Identity);
    }

    /// <summary>Renews the lease until cancelled. A failing renewal is tried again until the deadline (fault 5).</summary>
    /// <exception cref="LeadershipLostException">The deadline passed, or another instance took the lease. No request follows (fault 6).</exception>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                TimeSpan left = TimeLeft();
                TimeSpan wait = left < _options.RetryPeriod ? left : _options.RetryPeriod;
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, _time, cancellationToken);
                left = TimeLeft();
                if (left <= TimeSpan.Zero)
                {
                    throw Lost($"it could not be renewed for {_options.RenewDeadline}");
                }

                TimeSpan limit = left < _options.RequestTimeout ? left : _options.RequestTimeout;
                if (!await TryAsync(limit, cancellationToken) && IsHeldByAnother(_observed))
                {
                    throw Lost($"{_observed!.Spec.HolderIdentity} took it");
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A graceful stop; the lease is still ours until released.
        }
    }

    /// <summary>Gives the lease up, once all guarded work has stopped.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (!_isLeader)
        {
            return;
        }

        _isLeader = false;
        if (!_options.ReleaseOnStop)
        {
            return;
        }

        await _conflicts.RunAsync(EmptyAsync, cancellationToken);
    }

    // True when there was something to release.
    private async Task<bool> EmptyAsync(CancellationToken cancellationToken)
    {
        Lease? lease = await _client.FindAsync<Lease>(_options.Lease, cancellationToken);
        if (lease?.Spec.HolderIdentity != _options.Identity)
        {
            return false;
        }

        DateTimeOffset now = _time.GetUtcNow();
        LeaseSpec released = lease.Spec with
        {
            HolderIdentity = "",
            LeaseDurationSeconds = 1,
            AcquireTime = now,
            RenewTime = now,
        };
        await WriteAsync(lease with { Spec = released }, cancellationToken);
        LogReleased(_options.Lease);
        return true;
    }

    private TimeSpan TimeLeft() =>
        _options.RenewDeadline - _time.GetElapsedTime(Volatile.Read(ref _renewedAt));

    private LeadershipLostException Lost(string why)
    {
        (_isLost, _isLeader) = (true, false);
        return new LeadershipLostException($"The lease {_options.Lease} is lost: {why}.");
    }

    /// <summary>One attempt to take or renew the lease; false when it failed, for whatever reason.</summary>
    private async Task<bool> TryAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = new(limit, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            deadline.Token
        );
        long start = _time.GetTimestamp();
        try
        {
            if (!await TakeAsync(either.Token))
            {
                return false;
            }

            // Counted from before the request: the server's time of renewal is not earlier.
            Volatile.Write(ref _renewedAt, start);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Border: a server in trouble is no reason to stop leading before the deadline (fault 5).
            LogAttemptFailed(_options.Lease, e.Message);
            return false;
        }
    }

    private async Task<bool> TakeAsync(CancellationToken cancellationToken)
    {
        if (_isLeader && _observed is not null)
        {
            try
            {
                // Optimistic: nobody but us writes a lease that we hold.
                Observe(await WriteAsync(Claimed(_observed), cancellationToken));
                return true;
            }
            catch (KubernetesApiException e) when (e.IsConflict || e.IsNotFound)
            {
                LogAttemptFailed(_options.Lease, e.Message);
            }
        }

        Lease? lease = await _client.FindAsync<Lease>(_options.Lease, cancellationToken);
        if (lease is null)
        {
            Observe(await CreateAsync(cancellationToken));
            return true;
        }

        Observe(lease);
        if (IsHeldByAnother(lease) && !IsOver(lease))
        {
            return false;
        }

        Observe(await WriteAsync(Claimed(lease), cancellationToken));
        return true;
    }

    // Only a change of the record restarts its time, not another reading of it.
    private void Observe(Lease lease)
    {
        if (_observed is null || !KubernetesJson.AreEqual(_observed.Spec, lease.Spec))
        {
            _observedAt = _time.GetTimestamp();
        }

        _observed = lease;
    }

    private bool IsHeldByAnother(Lease? lease) =>
        lease is not null
        && !string.IsNullOrEmpty(lease.Spec.HolderIdentity)
        && lease.Spec.HolderIdentity != _options.Identity;

    private bool IsOver(Lease lease)
    {
        TimeSpan duration = lease.Spec.LeaseDurationSeconds is { } seconds
            ? TimeSpan.FromSeconds(seconds)
            : _options.LeaseDuration;
        return _time.GetElapsedTime(_observedAt) >= duration;
    }

    /// <summary>The lease as ours; fields that we do not know stay (fault 8).</summary>
    private Lease Claimed(Lease lease)
    {
        DateTimeOffset now = _time.GetUtcNow();
        bool isOurs = lease.Spec.HolderIdentity == _options.Identity;
        return lease with
        {
            Spec = lease.Spec with
            {
                HolderIdentity = _options.Identity,
                LeaseDurationSeconds = (int)_options.LeaseDuration.TotalSeconds,
                AcquireTime = isOurs ? lease.Spec.AcquireTime ?? now : now,
                RenewTime = now,
                LeaseTransitions = (lease.Spec.LeaseTransitions ?? 0) + (isOurs ? 0 : 1),
            },
        };
    }

    private Task<Lease> CreateAsync(CancellationToken cancellationToken)
    {
        Lease lease = new()
        {
            Metadata = new ObjectMeta { Name = _options.Lease.Name, Namespace = _options.Lease.Namespace },
        };
        Lease claimed = Claimed(lease);
        return _client.CreateAsync(
            claimed with
            {
                Spec = claimed.Spec with { LeaseTransitions = 0 },
            },
            WriteOptions,
            cancellationToken
        );
    }

    // A PUT with the version that was read: the lease type keeps unknown fields, so nothing is lost (C42).
    private Task<Lease> WriteAsync(Lease lease, CancellationToken cancellationToken) =>
        _client.ReplaceAsync(lease, WriteOptions, cancellationToken);

    private static WriteOptions WriteOptions { get; } = new() { FieldManager = "leader-election" };
}
