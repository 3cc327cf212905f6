using System.Buffers.Binary;
using System.Text;
using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf;

/// <summary>Writes GGUF files: whole ones in memory, and sparse ones of any size on disk.</summary>
public sealed class GgufBuilder
{
    private readonly List<(string Key, Action<BinaryWriter> Write)> _entries = [];
    private readonly List<(string Name, GgmlType Type, long[] Dimensions, byte[]? Data)> _tensors = [];

    public uint Version { get; set; } = 3;

    public int Alignment { get; set; } = 32;

    public GgufBuilder Text(string key, string value) =>
        Entry(
            key,
            GgufValueType.String,
            writer =>
            {
                WriteText(writer, value);
            }
        );

    public GgufBuilder UInt32(string key, uint value) =>
        Entry(key, GgufValueType.UInt32, writer => writer.Write(value));

    public GgufBuilder Float32(string key, float value) =>
        Entry(key, GgufValueType.Float32, writer => writer.Write(value));

    public GgufBuilder Boolean(string key, bool value) =>
        Entry(key, GgufValueType.Boolean, writer => writer.Write(value));

    public GgufBuilder TextArray(string key, IReadOnlyCollection<string> values) =>
        ArrayEntry(
            key,
            GgufValueType.String,
            values.Count,
            writer =>
            {
                foreach (string value in values)
                {
                    WriteText(writer, value);
                }
            }
        );

    public GgufBuilder Int32Array(string key, IReadOnlyCollection<int> values) =>
        ArrayEntry(
            key,
            GgufValueType.Int32,
            values.Count,
            writer =>
            {
                foreach (int value in values)
                {
                    writer.Write(value);
                }
            }
        );

    public GgufBuilder BooleanArray(string key, IReadOnlyCollection<bool> values) =>
        ArrayEntry(
            key,
            GgufValueType.Boolean,
            values.Count,
            writer =>
            {
                foreach (bool value in values)
                {
                    writer.Write(value);
                }
            }
        );

    public GgufBuilder Float32Array(string key, IReadOnlyCollection<float> values) =>
        ArrayEntry(
            key,
            GgufValueType.Float32,
            values.Count,
            writer =>
            {
                foreach (float value in values)
                {
                    writer.Write(value);
                }
            }
        );

    /// <summary>An entry of any type, for damaged files.</summary>
    public GgufBuilder Raw(string key, uint type, Action<BinaryWriter> write) =>
        Entry(key, (GgufValueType)type, write);

    /// <summary>A tensor; without data it is zeros (or a hole in a sparse file).</summary>
    public GgufBuilder Tensor(string name, GgmlType type, long[] dimensions, byte[]? data = null)
    {
        _tensors.Add((name, type, dimensions, data));
        return this;
    }

    /// <summary>Only the header, padded to the start of the data.</summary>
    public byte[] BuildHeader()
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream, Encoding.UTF8);
        writer.Write("GGUF"u8);
        writer.Write(Version);
        writer.Write((ulong)_tensors.Count);
        writer.Write((ulong)_entries.Count);
        foreach ((string _, Action<BinaryWriter> write) in _entries)
        {
            write(writer);
        }

        long offset = 0;
        foreach ((string name, GgmlType type, long[] dimensions, byte[]? _) in _tensors)
        {
            WriteText(writer, name);
            writer.Write((uint)dimensions.Length);
            foreach (long dimension in dimensions)
            {
                writer.Write(dimension);
            }

            writer.Write((uint)type);
            writer.Write(offset);
            offset = Pad(offset + SizeOf(type, dimensions));
        }

        writer.Write(new byte[Pad(stream.Position) - stream.Position]);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>The whole file in memory.</summary>
    public byte[] Build()
    {
        byte[] header = BuildHeader();
        byte[] file = new byte[header.Length + DataLength];
        header.CopyTo(file, 0);
        long offset = header.Length;
        foreach ((string _, GgmlType type, long[] dimensions, byte[]? data) in _tensors)
        {
            data?.CopyTo(file, offset);
            offset += Pad(SizeOf(type, dimensions));
        }

        return file;
    }

    /// <summary>Writes the header and a hole of the right length, or the data of tensors that have some.</summary>
    public void WriteFile(string path)
    {
        byte[] header = BuildHeader();
        using FileStream stream = File.Create(path);
        stream.Write(header);
        long offset = header.Length;
        foreach ((string _, GgmlType type, long[] dimensions, byte[]? data) in _tensors)
        {
            if (data is not null)
            {
                stream.Position = offset;
                stream.Write(data);
            }

            offset += Pad(SizeOf(type, dimensions));
        }

        stream.SetLength(header.Length + DataLength);
    }

    /// <summary>Little-endian F32 bytes.</summary>
    public static byte[] Floats(IReadOnlyList<float> values)
    {
        byte[] bytes = new byte[values.Count * sizeof(float)];
        for (int i = 0; i < values.Count; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        }

        return bytes;
    }

    private static long SizeOf(GgmlType type, long[] dimensions)
    {
        GgmlBlock block = GgmlTypes.BlockOf(type);
        return dimensions.Aggregate(1L, (product, next) => product * next) / block.Elements * block.Bytes;
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private GgufBuilder Entry(string key, GgufValueType type, Action<BinaryWriter> write)
    {
        _entries.Add(
            (
                key,
                writer =>
                {
                    WriteText(writer, key);
                    writer.Write((uint)type);
                    write(writer);
                }
            )
        );
        return this;
    }

    private GgufBuilder ArrayEntry(string key, GgufValueType type, int count, Action<BinaryWriter> write) =>
        Entry(
            key,
            GgufValueType.Array,
            writer =>
            {
                writer.Write((uint)type);
                writer.Write((ulong)count);
                write(writer);
            }
        );

    /// <summary>Bytes that follow the header.</summary>
    public long DataLength => _tensors.Sum(tensor => Pad(SizeOf(tensor.Type, tensor.Dimensions)));

    private long Pad(long value) => (value + Alignment - 1) / Alignment * Alignment;
}
