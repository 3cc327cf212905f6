using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Tests.Pulling;

/// <summary>A source of units that has the bytes that a test gives it.</summary>
internal sealed class ScriptedUnitSource : IUnitSource
{
    public string Name { get; init; } = "scripted";

    public UnitSourceKind Kind { get; init; } = UnitSourceKind.Origin;

    public int Connections { get; init; } = 1;

    public bool IsSequential { get; init; }

    /// <summary>Units that it has; default all.</summary>
    public Func<int, bool> HasUnit { get; init; } = _ => true;

    /// <summary>Opens a span.</summary>
    public Func<UnitSpan, Stream> Open { get; init; } = _ => Stream.Null;

    /// <summary>Digests that someone trusted gave.</summary>
    public Func<int, string?> Trusted { get; init; } = _ => null;

    public List<int> Blamed { get; } = [];

    public bool Has(int unit) => HasUnit(unit);

    public Task RefreshAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<Stream> OpenAsync(UnitSpan span, CancellationToken cancellationToken) =>
        Task.FromResult(Open(span));

    public string? TrustedDigestOf(int unit) => Trusted(unit);

    public void Blame(int unit, UnitFault fault)
    {
        lock (Blamed)
        {
            Blamed.Add(unit);
        }
    }
}
