using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// A cheap checksum of a unit, which tells after a crash whether the disk has what was written: CRC-32C of every fourth
/// eight bytes, four times, so that the processor works at four at once. It is no proof against someone who wants to
/// deceive. The bytes may come in pieces of any length.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal struct UnitChecksum()
{
    private const int Lane = sizeof(ulong);
    private const int Stride = 4 * Lane;
    private uint _first = uint.MaxValue;
    private uint _second = uint.MaxValue;
    private uint _third = uint.MaxValue;
    private uint _fourth = uint.MaxValue;
    private int _place;

    // Compiled well at once: it is called few times with many bytes.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (_place != 0 && !bytes.IsEmpty)
        {
            AddByte(bytes[0]);
            bytes = bytes[1..];
        }

        (uint first, uint second, uint third, uint fourth) = (_first, _second, _third, _fourth);
        while (bytes.Length >= Stride)
        {
            first = BitOperations.Crc32C(first, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            second = BitOperations.Crc32C(second, BinaryPrimitives.ReadUInt64LittleEndian(bytes[Lane..]));
            third = BitOperations.Crc32C(third, BinaryPrimitives.ReadUInt64LittleEndian(bytes[(2 * Lane)..]));
            fourth = BitOperations.Crc32C(
                fourth,
                BinaryPrimitives.ReadUInt64LittleEndian(bytes[(3 * Lane)..])
            );
            bytes = bytes[Stride..];
        }

        (_first, _second, _third, _fourth) = (first, second, third, fourth);
        foreach (byte value in bytes)
        {
            AddByte(value);
        }
    }

    /// <summary>The checksum of what was added, 32 hex digits.</summary>
    public override readonly string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{_first:x8}{_second:x8}{_third:x8}{_fourth:x8}");

    private void AddByte(byte value)
    {
        switch (_place / Lane)
        {
            case 1:
                _second = BitOperations.Crc32C(_second, value);
                break;
            case 2:
                _third = BitOperations.Crc32C(_third, value);
                break;
            case 3:
                _fourth = BitOperations.Crc32C(_fourth, value);
                break;
            default:
                _first = BitOperations.Crc32C(_first, value);
                break;
        }

        _place = (_place + 1) % Stride;
    }
}
