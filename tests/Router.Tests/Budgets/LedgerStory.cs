using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Budgets;

namespace LlmOperator.Router.Tests.Budgets;

/// <summary>
/// One history of a budget: three routers reserve, charge, crash, are cut from the server, lose answers and write at the
/// same time. The story keeps what was truly spent beside what the ledger says.
/// </summary>
internal sealed class LedgerStory
{
    private readonly Random _random;
    private readonly StepTime _time = new();
    private readonly IKubernetesClient _server;
    private readonly CompiledBudget _budget;
    private readonly Replica[] _replicas = new Replica[3];
    private readonly List<FaultyLedgerClient> _clients = [];
    private readonly Dictionary<DateTimeOffset, Truth> _truth = [];
    private readonly double _lossRate;

    // In a calm history nobody is lost: its sums have to be exact.
    private readonly bool _isCalm;
    private long _ticks;
    private int _made;
    private bool _isNested;
    private bool _hasJumped;

    public LedgerStory(int seed, Func<StepTime, IKubernetesClient> server, string name)
    {
        _random = new Random(seed);
        _isCalm = seed % 3 == 0;
        _server = server(_time);
        _lossRate = _random.Next(3) * 0.1;
        Budget spec = new()
        {
            Name = name,
            Period = BudgetPeriod.Hour,
            Tokens = _random.Next(40, 400),
        };
        RoutingPolicy owner = new()
        {
            Metadata = new ObjectMeta { Name = "p", Namespace = "default" },
        };
        _budget = CompiledBudget.Of(owner, [spec])[0];
        for (int i = 0; i < _replicas.Length; i++)
        {
            _replicas[i] = Start();
        }
    }

    public ObjectKey Ledger => _budget.Ledger;

    public long Limit => _budget.Limit;

    public IReadOnlyDictionary<DateTimeOffset, Truth> Truths => _truth;

    public int Granted { get; private set; }

    public int Refused { get; private set; }

    public int Crashes { get; private set; }

    public int Conflicts => _clients.Sum(c => c.Conflicts);

    public IReadOnlyList<LedgerOperation> Operations => [.. _clients.SelectMany(c => c.Operations)];

    public async Task PlayAsync(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            await StepAsync();
        }

        await EndAsync();
    }

    private async Task StepAsync()
    {
        Replica replica = _replicas[_random.Next(_replicas.Length)];
        switch (_random.Next(100))
        {
            case < 45:
                await ReserveAsync(replica);
                break;
            case < 70:
                Settle(replica);
                break;
            case < 82:
                await TryAsync(() => replica.Keeper.FlushAsync(isLeaving: false, default));
                break;
            case < 86 when !_isCalm:
                Crash(replica);
                break;
            case < 90 when !_isCalm:
                replica.Client.IsCut = !replica.Client.IsCut;
                break;
            case < 91 when !_hasJumped:
                _hasJumped = true;
                _time.Advance(TimeSpan.FromHours(1));
                break;
            case < 94 when !_isCalm:
                _time.Advance(TimeSpan.FromSeconds(_random.Next(10, 30)));
                break;
            default:
                _time.Advance(TimeSpan.FromMilliseconds(_random.Next(4000)));
                foreach (Replica other in _isCalm ? _replicas : [])
                {
                    await TryAsync(() => other.Keeper.FlushAsync(isLeaving: false, default));
                }

                break;
        }
    }

    private async Task ReserveAsync(Replica replica)
    {
        long amount = _random.Next(1, 30);
        Reservation? reserved = null;
        await TryAsync(async () => reserved = await replica.Keeper.ReserveAsync(amount, default));
        if (reserved is null)
        {
            Refused++;
            return;
        }

        Granted++;
        replica.Open.Add(reserved);
    }

    private void Settle(Replica replica)
    {
        if (replica.Open.Count == 0)
        {
            return;
        }

        int index = _random.Next(replica.Open.Count);
        Reservation reservation = replica.Open[index];
        replica.Open.RemoveAt(index);
        long spent = _random.NextInt64(0, reservation.Amount + 1);
        TruthOf(reservation).Charged += spent;
        reservation.Settle(spent);
    }

    // What the crashed router had promised to requests may all have been spent by them.
    private void Crash(Replica replica)
    {
        Crashes++;
        foreach (Reservation reservation in replica.Open)
        {
            TruthOf(reservation).Unknown += reservation.Amount;
        }

        foreach (Truth truth in _truth.Values)
        {
            truth.HadCrash = true;
        }

        _replicas[Array.IndexOf(_replicas, replica)] = Start();
    }

    private async Task EndAsync()
    {
        foreach (FaultyLedgerClient client in _clients)
        {
            client.IsCut = false;
            client.LossRate = 0;
            client.BeforeWrite = () => Task.CompletedTask;
        }

        foreach (Replica replica in _replicas)
        {
            while (replica.Open.Count > 0)
            {
                Settle(replica);
            }
        }

        // Leases of the crashed run out while the living renew theirs.
        for (int round = 0; round < 6; round++)
        {
            foreach (Replica replica in _replicas)
            {
                await replica.Keeper.FlushAsync(isLeaving: true, default);
            }

            _time.Advance(TimeSpan.FromSeconds(4));
            await _replicas[0].LookAsync();
        }
    }

    private Replica Start()
    {
        FaultyLedgerClient client = new(_server, _random, () => Interlocked.Increment(ref _ticks))
        {
            LossRate = _lossRate,
        };
        _clients.Add(client);
        BudgetTimes times = new();
        BudgetShare share = new(_budget, $"router-{_made++}", _time, times);
        Replica replica = new(client, new LedgerKeeper(share, client, _time, _random));
        client.BeforeWrite = () => LetOthersGoFirstAsync(replica);
        return replica;
    }

    private async Task LetOthersGoFirstAsync(Replica writing)
    {
        if (_isNested || _random.Next(4) > 0)
        {
            return;
        }

        _isNested = true;
        try
        {
            Replica other = _replicas[_random.Next(_replicas.Length)];
            if (!ReferenceEquals(other, writing))
            {
                await ReserveAsync(other);
            }
        }
        finally
        {
            _isNested = false;
        }
    }

    private static async Task TryAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (HttpRequestException)
        {
            // Lost on the way, as the story wants it.
        }
    }

    private Truth TruthOf(Reservation reservation)
    {
        DateTimeOffset start = reservation.Period.Start;
        if (!_truth.TryGetValue(start, out Truth? truth))
        {
            _truth[start] = truth = new Truth();
        }

        return truth;
    }

    /// <summary>What was truly spent in a period.</summary>
    internal sealed class Truth
    {
        /// <summary>What living routers charged.</summary>
        public long Charged { get; set; }

        /// <summary>What requests of crashed routers may have spent.</summary>
        public long Unknown { get; set; }

        /// <summary>Whether a router crashed meanwhile.</summary>
        public bool HadCrash { get; set; }
    }

    private sealed record Replica(FaultyLedgerClient Client, LedgerKeeper Keeper)
    {
        public List<Reservation> Open { get; } = [];

        // A reservation that cannot be had makes it look at the ledger anew.
        public async Task LookAsync() => await Keeper.ReserveAsync(long.MaxValue / 8, default);
    }
}
