using System.Buffers.Binary;

namespace LlmOperator.Testing.Gguf.Fuzzing;

/// <summary>
/// Walks a sound header and lists its numbers and entries. Written apart from the product's reader, so that a mistake
/// of one is not a mistake of both.
/// </summary>
public sealed class GgufFieldMap
{
    private readonly byte[] _bytes;
    private int _position;

    public GgufFieldMap(byte[] header)
    {
        _bytes = header;
        Add(4, GgufFieldKind.Magic);
        Add(4, GgufFieldKind.Version);
        int tensors = (int)Add(8, GgufFieldKind.TensorCount);
        int entries = (int)Add(8, GgufFieldKind.EntryCount);
        for (int i = 0; i < entries; i++)
        {
            Within(Entries, Entry);
        }

        for (int i = 0; i < tensors; i++)
        {
            Within(Tensors, Tensor);
        }
    }

    public List<GgufField> Fields { get; } = [];

    /// <summary>Byte ranges of the metadata entries.</summary>
    public List<Range> Entries { get; } = [];

    /// <summary>Byte ranges of the tensor infos.</summary>
    public List<Range> Tensors { get; } = [];

    private void Within(List<Range> ranges, Action read)
    {
        int start = _position;
        read();
        ranges.Add(start.._position);
    }

    private void Entry()
    {
        Text();
        Value((uint)Add(4, GgufFieldKind.ValueType));
    }

    private void Value(uint type)
    {
        switch (type)
        {
            case 0 or 1 or 7:
                Add(1, GgufFieldKind.Value);
                break;
            case 2 or 3:
                Add(2, GgufFieldKind.Value);
                break;
            case 4 or 5 or 6:
                Add(4, GgufFieldKind.Value);
                break;
            case 8:
                Text();
                break;
            case 9:
                uint element = (uint)Add(4, GgufFieldKind.ValueType);
                ulong count = Add(8, GgufFieldKind.ArrayLength);
                for (ulong i = 0; i < count; i++)
                {
                    Value(element);
                }

                break;
            default:
                Add(8, GgufFieldKind.Value);
                break;
        }
    }

    private void Tensor()
    {
        Text();
        ulong rank = Add(4, GgufFieldKind.Rank);
        for (ulong i = 0; i < rank; i++)
        {
            Add(8, GgufFieldKind.Dimension);
        }

        Add(4, GgufFieldKind.TensorType);
        Add(8, GgufFieldKind.TensorOffset);
    }

    private void Text()
    {
        int length = (int)Add(8, GgufFieldKind.TextLength);
        _position += length;
    }

    private ulong Add(int bytes, GgufFieldKind kind)
    {
        Fields.Add(new GgufField(_position, bytes, kind));
        Span<byte> wide = stackalloc byte[8];
        _bytes.AsSpan(_position, bytes).CopyTo(wide);
        _position += bytes;
        return BinaryPrimitives.ReadUInt64LittleEndian(wide);
    }
}
