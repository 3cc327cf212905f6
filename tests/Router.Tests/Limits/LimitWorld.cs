using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Router.Limits;
using LlmOperator.Router.Tests.Budgets;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.Router.Tests.Limits;

/// <summary>Several routers that share the limits of one policy, on one clock and one server.</summary>
internal sealed class LimitWorld : IDisposable
{
    private readonly Random _random;
    private readonly List<RateGate> _gates = [];
    private readonly List<FaultyLedgerClient> _clients = [];
    private long _calls;

    public LimitWorld(int seed = 1)
    {
        _random = new Random(seed);
        Server = new LedgerServer(Time);
    }

    public StepTime Time { get; } = new(longestWait: TimeSpan.FromSeconds(1));

    public LedgerServer Server { get; }

    public int Conflicts => _clients.Sum(c => c.Conflicts);

    /// <summary>Whether no router reaches the server.</summary>
    public bool IsCut
    {
        set => _clients.ForEach(c => c.IsCut = value);
    }

    /// <summary>Until when the requests that were taken are paid for.</summary>
    public DateTimeOffset PaidUntil() => Server.Only().Spec.Minute!.RequestsPaidUntil!.Value;

    /// <summary>One more router.</summary>
    public RateGate Gate(RequestLimits limits, Func<Task>? beforeWrite = null)
    {
        RoutingPolicy policy = new()
        {
            Metadata = new ObjectMeta { Name = "p", Namespace = "default" },
        };
        CompiledLimits compiled = CompiledLimits.Of(policy, limits)!;
        FaultyLedgerClient client = new(Server, _random, () => Interlocked.Increment(ref _calls))
        {
            BeforeWrite = beforeWrite ?? (() => Task.CompletedTask),
        };
        _clients.Add(client);
        LimitLedger ledger = new(compiled, $"router-{_gates.Count}", client, Time, _random);
        RateGate gate = new(compiled, new LimitSource(compiled, ledger, Time, NullLogger.Instance), Time);
        _gates.Add(gate);
        return gate;
    }

    public void Dispose() => _gates.ForEach(g => g.Dispose());
}
