namespace LlmOperator.NodeAgent.Pulling;

/// <summary>Collects the bytes of one unit. Not thread-safe.</summary>
internal sealed class UnitBuffer(Memory<byte> memory)
{
    public int Count { get; private set; }

    public bool IsFull => Count == memory.Length;

    public ReadOnlyMemory<byte> Content => memory[..Count];

    /// <summary>Where the next bytes go; at most <paramref name="most"/>.</summary>
    public Memory<byte> Free(int most) => memory.Slice(Count, Math.Min(most, memory.Length - Count));

    public void Advance(int bytes) => Count += bytes;

    public void Clear() => Count = 0;

    /// <summary>Memory for bytes that nobody needs; the content stays.</summary>
    public Memory<byte> Scratch(int most) => IsFull ? new byte[most] : Free(most);
}
