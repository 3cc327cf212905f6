namespace LlmOperator.Models.Memory;

/// <summary>Bytes by place and kind while a plan is made.</summary>
internal sealed class MemoryLedger(int places)
{
    private readonly Dictionary<MemoryTermKind, long>[] _places =
    [
        .. Enumerable.Range(0, places).Select(_ => new Dictionary<MemoryTermKind, long>()),
    ];

    public int Places => _places.Length;

    public void Add(int place, MemoryTermKind kind, long bytes)
    {
        if (bytes != 0)
        {
            _places[place][kind] = checked(_places[place].GetValueOrDefault(kind) + bytes);
        }
    }

    public long SumOf(int place, MemoryTermKind first, MemoryTermKind last) =>
        _places[place].Where(term => term.Key >= first && term.Key <= last).Sum(term => term.Value);

    public IReadOnlyList<MemoryTerm> TermsOf(int place) =>
        [.. _places[place].OrderBy(term => term.Key).Select(term => new MemoryTerm(term.Key, term.Value))];
}
