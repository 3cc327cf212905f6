using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace LlmOperator.ApiServer.Storage;

/// <summary>
/// One change as bytes. A record is a header of 20 bytes (length of the payload, its CRC, the revision, the
/// header's own CRC; little endian) and a payload: kind, resource and key with their lengths, JSON.
/// The header's CRC tells a record that was cut off at the end of the file from one whose length was damaged.
/// </summary>
internal static class JournalRecord
{
    public const int HeaderSize = 20;
    private const byte Put = 1;
    private const byte Delete = 2;

    public static byte[] Write(StoreEvent change)
    {
        var isDelete = change.Type == StoreEventType.Deleted;
        var resource = Encoding.UTF8.GetBytes(change.Object.Resource.ToString());
        var key = Encoding.UTF8.GetBytes(change.Object.Key);
        var json = isDelete ? [] : change.Object.Json;
        var record = new byte[HeaderSize + 5 + resource.Length + key.Length + json.Length];
        var payload = record.AsSpan(HeaderSize);
        payload[0] = isDelete ? Delete : Put;
        BinaryPrimitives.WriteUInt16LittleEndian(payload[1..], (ushort)resource.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(payload[3..], (ushort)key.Length);
        resource.CopyTo(payload[5..]);
        key.CopyTo(payload[(5 + resource.Length)..]);
        json.CopyTo(payload[(5 + resource.Length + key.Length)..]);
        BinaryPrimitives.WriteInt32LittleEndian(record, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(4), Crc(payload));
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(8), change.Revision);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(16), Crc(record.AsSpan(0, 16)));
        return record;
    }

    /// <summary>Reads a header; false when its CRC is wrong.</summary>
    public static bool TryReadHeader(
        ReadOnlySpan<byte> header,
        out int length,
        out uint crc,
        out long revision
    )
    {
        length = BinaryPrimitives.ReadInt32LittleEndian(header);
        crc = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        revision = BinaryPrimitives.ReadInt64LittleEndian(header[8..]);
        return Crc(header[..16]) == BinaryPrimitives.ReadUInt32LittleEndian(header[16..]) && length >= 5;
    }

    /// <summary>The change of a payload whose CRC is right; the object of a deletion has no content.</summary>
    public static (GroupResource Resource, string Key, byte[]? Json) ReadPayload(ReadOnlySpan<byte> payload)
    {
        var resourceLength = BinaryPrimitives.ReadUInt16LittleEndian(payload[1..]);
        var keyLength = BinaryPrimitives.ReadUInt16LittleEndian(payload[3..]);
        var rest = payload[5..];
        var resource = GroupResource.Parse(Encoding.UTF8.GetString(rest[..resourceLength]));
        var key = Encoding.UTF8.GetString(rest.Slice(resourceLength, keyLength));
        return (resource, key, payload[0] == Delete ? null : rest[(resourceLength + keyLength)..].ToArray());
    }

    /// <summary>CRC-32C, which the processor computes.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }
        return ~crc;
    }
}
