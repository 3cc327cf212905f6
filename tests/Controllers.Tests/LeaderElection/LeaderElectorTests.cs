using LlmOperator.Controllers.LeaderElection;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Kubernetes.Serialization;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Controllers.Tests.LeaderElection;

public sealed class LeaderElectorTests : IAsyncLifetime
{
    private static readonly ObjectKey s_lease = new("default", "leader");

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private WidgetServer _server = null!;
    private DelegatingKubernetesClient _client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await WidgetServer.StartAsync(Cancelled);
        _client = new DelegatingKubernetesClient(_server.Client);
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [Trait("Semantics", "C49")]
    [Trait("Fault", "7")]
    [InlineData(15, 15, 2)]
    [InlineData(15, 10, 9)]
    [InlineData(15, 10, 0)]
    public void Constructor_ImpossibleDurations_AreRefused(int lease, int renew, int retry) =>
        Assert.Throws<ArgumentException>(() =>
            Elector(
                "a",
                o =>
                    o with
                    {
                        LeaseDuration = TimeSpan.FromSeconds(lease),
                        RenewDeadline = TimeSpan.FromSeconds(renew),
                        RetryPeriod = TimeSpan.FromSeconds(retry),
                    }
            )
        );

    [Fact]
    [Trait("Semantics", "C49")]
    public void Options_Defaults_AreThoseOfClientGo()
    {
        LeaderElectionOptions options = new() { Lease = s_lease };

        Assert.Equal(
            (15, 10, 2),
            (
                options.LeaseDuration.TotalSeconds,
                options.RenewDeadline.TotalSeconds,
                options.RetryPeriod.TotalSeconds
            )
        );
        Assert.StartsWith(Environment.MachineName + "_", options.Identity, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Semantics", "C50")]
    public async Task AcquireAsync_NoLease_CreatesItWithMicroTimes()
    {
        await Elector("a").AcquireAsync(Cancelled);

        Lease lease = await _server.Client.GetAsync<Lease>(s_lease, Cancelled);
        Assert.Equal(
            ("a", 15, 0),
            (lease.Spec.HolderIdentity, lease.Spec.LeaseDurationSeconds, lease.Spec.LeaseTransitions)
        );
        Assert.Matches("\"renewTime\":\"[^\"]*\\.\\d{6}Z\"", KubernetesJson.ToText(lease));
    }

    [Theory]
    [Trait("Semantics", "C50")]
    [Trait("Fault", "8")]
    [InlineData("")]
    [InlineData("""{"holderIdentity":"","preferredHolder":"x","strategy":"OldestEmulationVersion"}""")]
    [InlineData("""{"preferredHolder":"x","strategy":"OldestEmulationVersion","leaseTransitions":4}""")]
    public async Task Fault8_LeaseWithoutHolder_IsTakenAndForeignFieldsStay(string spec)
    {
        LeaseSpec written =
            spec.Length == 0
                ? new LeaseSpec()
                : KubernetesJson.Read<LeaseSpec>(System.Text.Encoding.UTF8.GetBytes(spec));
        await CreateAsync(written);

        await Elector("a").AcquireAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(20), Cancelled);

        Lease lease = await _server.Client.GetAsync<Lease>(s_lease, Cancelled);
        Assert.Equal("a", lease.Spec.HolderIdentity);
        Assert.Equal((written.LeaseTransitions ?? 0) + 1, lease.Spec.LeaseTransitions);
        if (spec.Length > 0)
        {
            Assert.Equal("x", lease.Spec.ExtensionData!["preferredHolder"].GetString());
        }
    }

    [Fact]
    [Trait("Semantics", "C50")]
    [Trait("Fault", "7")]
    public async Task Fault7_ClockOfTheHolderIsAnHourOff_OnlyOurOwnTimeWithoutAChangeCounts()
    {
        foreach (double hours in new[] { -1.0, 1.0 })
        {
            await CreateAsync(
                new LeaseSpec
                {
                    HolderIdentity = "dead",
                    LeaseDurationSeconds = 15,
                    RenewTime = _time.GetUtcNow().AddHours(hours),
                }
            );
            int before = _client.Calls;
            Task acquiring = Elector("a").AcquireAsync(Cancelled);
            await Eventually.IsTrueAsync(() => _client.Calls > before, "the first look");

            double waited = 0;
            await Eventually.IsTrueAsync(
                () => acquiring.IsCompleted,
                "the take-over",
                () =>
                {
                    _time.Advance(TimeSpan.FromMilliseconds(100));
                    waited += 0.1;
                }
            );

            Assert.True(waited >= 14.9, $"took over after {waited} s");
            await acquiring;
            await _server.Client.DeleteAsync<Lease>(s_lease, new DeleteOptions(), Cancelled);
        }
    }

    [Fact]
    [Trait("Semantics", "C51")]
    [Trait("Fault", "5")]
    public async Task Fault5_OneRenewalFails_LeadershipIsKept()
    {
        LeaderElector elector = Elector("a");
        await elector.AcquireAsync(Cancelled);
        int failures = 0;
        int renewals = 0;
        _client.Before = (_, _, _) =>
            Interlocked.Increment(ref failures) <= 2
                ? throw new HttpRequestException("connection refused")
                : Task.CompletedTask;
        _client.After = (verb, _, _) =>
        {
            renewals += verb == "replace" ? 1 : 0;
            return Task.CompletedTask;
        };
        using CancellationTokenSource stop = new();
        Task renewing = elector.RenewAsync(stop.Token);

        await AdvanceUntilAsync(() => renewals >= 2, "two renewals");

        Assert.True(elector.IsLeader);
        await stop.CancelAsync();
        await renewing;
    }

    [Fact]
    [Trait("Semantics", "C51")]
    [Trait("Fault", "6")]
    public async Task Fault6_ServerUnreachableUntilTheDeadline_IsLostAndNoRequestFollows()
    {
        LeaderElector elector = Elector("a");
        await elector.AcquireAsync(Cancelled);
        _client.Before = (_, _, _) => throw new HttpRequestException("connection refused");
        long start = _time.GetTimestamp();
        Task renewing = elector.RenewAsync(Cancelled);

        await AdvanceUntilAsync(() => renewing.IsCompleted, "the loss");

        await Assert.ThrowsAsync<LeadershipLostException>(() => renewing);
        Assert.InRange(_time.GetElapsedTime(start), TimeSpan.FromSeconds(9.9), TimeSpan.FromSeconds(10.6));
        Assert.False(elector.IsLeader);
        int calls = _client.Calls;
        _time.Advance(TimeSpan.FromMinutes(1));
        await elector.ReleaseAsync(Cancelled);
        Assert.Equal(calls, _client.Calls);
    }

    [Fact]
    [Trait("Semantics", "C51")]
    public async Task RenewAsync_RequestThatHangs_IsGivenUpAtTheDeadline()
    {
        LeaderElector elector = Elector("a");
        await elector.AcquireAsync(Cancelled);
        _client.Before = (_, _, ct) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
        Task renewing = elector.RenewAsync(Cancelled);

        await AdvanceUntilAsync(() => renewing.IsCompleted, "the loss");

        await Assert.ThrowsAsync<LeadershipLostException>(() => renewing);
    }

    [Fact]
    [Trait("Semantics", "C50")]
    public async Task ReleaseAsync_Leader_EmptiesTheLeaseForTheNext()
    {
        LeaderElector elector = Elector("a");
        await elector.AcquireAsync(Cancelled);

        await elector.ReleaseAsync(Cancelled);

        Lease lease = await _server.Client.GetAsync<Lease>(s_lease, Cancelled);
        Assert.Equal(("", 1), (lease.Spec.HolderIdentity ?? "", lease.Spec.LeaseDurationSeconds));
        await Elector("b").AcquireAsync(Cancelled).WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
    }

    [Fact]
    [Trait("Semantics", "C44")]
    [Trait("Semantics", "C50")]
    public async Task ReleaseAsync_SomebodyWritesInBetween_LooksAgainAndReleases()
    {
        LeaderElector elector = Elector("a");
        await elector.AcquireAsync(Cancelled);
        int conflicts = 0;
        _client.Before = async (verb, _, ct) =>
        {
            if (verb == "replace" && ++conflicts <= 3)
            {
                Lease lease = await _server.Client.GetAsync<Lease>(s_lease, ct);
                await _server.Client.ReplaceAsync(
                    lease with
                    {
                        Metadata = lease.Metadata with
                        {
                            Annotations = new Dictionary<string, string> { ["n"] = $"{conflicts}" },
                        },
                    },
                    new WriteOptions { FieldManager = "other" },
                    ct
                );
            }
        };

        Task releasing = elector.ReleaseAsync(Cancelled);
        await AdvanceUntilAsync(() => releasing.IsCompleted, "the release");
        await releasing;

        Lease released = await _server.Client.GetAsync<Lease>(s_lease, Cancelled);
        Assert.Equal(("", 4), (released.Spec.HolderIdentity ?? "", conflicts));
        Assert.Equal("3", released.Metadata.Annotations!["n"]);
    }

    [Fact]
    [Trait("Semantics", "C51")]
    public async Task MayWrite_SuspendedBeyondTheDeadline_IsFalseBeforeAnybodyNotices()
    {
        LeaderElector elector = Elector("a");
        Assert.True(elector.MayWrite);
        await elector.AcquireAsync(Cancelled);

        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.True(elector.MayWrite);
        _time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.False(elector.MayWrite);
    }

    [Fact]
    [Trait("Semantics", "C53")]
    public async Task IsHealthy_LeaseLongOver_IsFalse()
    {
        LeaderElector elector = Elector("a");
        Assert.True(elector.IsHealthy);
        await elector.AcquireAsync(Cancelled);

        _time.Advance(TimeSpan.FromSeconds(35));
        Assert.True(elector.IsHealthy);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(elector.IsHealthy);
    }

    private LeaderElector Elector(
        string identity,
        Func<LeaderElectionOptions, LeaderElectionOptions>? change = null
    )
    {
        LeaderElectionOptions options = new() { Lease = s_lease, Identity = identity };
        return new LeaderElector(
            _client,
            change?.Invoke(options) ?? options,
            _time,
            new Random(1),
            NullLogger<LeaderElector>.Instance
        );
    }

    private Task AdvanceUntilAsync(Func<bool> condition, string what) =>
        Eventually.IsTrueAsync(condition, what, () => _time.Advance(TimeSpan.FromMilliseconds(500)));

    private Task<Lease> CreateAsync(LeaseSpec spec) =>
        _server.Client.CreateAsync(
            new Lease
            {
                Metadata = new ObjectMeta { Name = s_lease.Name, Namespace = s_lease.Namespace },
                Spec = spec,
            },
            new WriteOptions { FieldManager = "test" },
            Cancelled
        );
}
