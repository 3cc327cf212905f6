using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace LlmOperator.NodeAgent.Pulling;

/// <summary>
/// What is finished of a partial file. Lines are only appended; a later one about the same unit counts, and so does the
/// last header:
/// <code>
/// {"SizeBytes":1073741824,"UnitBytes":16777216,"EntityTag":"\"abc\""}
/// 3 9f86d081884c7d659a2feaa0c55ad015
/// 3 -
/// </code>
/// A unit's line has its <see cref="UnitChecksum"/>. Nothing in it is believed before the bytes were read and compared. Not thread-safe.
/// </summary>
internal sealed class PartialJournal(string path) : IDisposable
{
    private const string None = "-";
    private readonly SafeFileHandle _file = File.OpenHandle(
        path,
        FileMode.OpenOrCreate,
        FileAccess.ReadWrite,
        FileShare.ReadWrite | FileShare.Delete
    );

    private long _length;

    /// <summary>Reads all of it; null when it is empty, of another file, or of another form.</summary>
    public (string? EntityTag, SortedDictionary<int, string> Units)? Read(UnitLayout layout)
    {
        _length = RandomAccess.GetLength(_file);
        byte[] bytes = new byte[_length];
        int read = RandomAccess.Read(_file, bytes, 0);
        string text = Encoding.UTF8.GetString(bytes, 0, read);
        // A last line without its end was being written when the process died.
        int end = text.LastIndexOf('\n');
        _length = Encoding.UTF8.GetByteCount(text.AsSpan(0, end + 1));
        RandomAccess.SetLength(_file, _length);
        SortedDictionary<int, string> units = [];
        string? tag = null;
        bool known = false;
        foreach (string line in end < 0 ? [] : text[..end].Split('\n'))
        {
            if (line.StartsWith('{'))
            {
                PartialHeader? header = ParseHeader(line);
                if (header is null || new UnitLayout(header.SizeBytes, header.UnitBytes) != layout)
                {
                    return null;
                }

                (known, tag) = (true, header.EntityTag);
            }
            else if (
                Parse(line) is not (var unit, { } checksum)
                || !known
                || unit < 0
                || unit >= layout.Count
            )
            {
                return (null, []);
            }
            else if (checksum == None)
            {
                units.Remove(unit);
            }
            else
            {
                units[unit] = checksum;
            }
        }

        return known ? (tag, units) : null;
    }

    public void AddHeader(PartialHeader header) => Append(JsonSerializer.Serialize(header));

    public void AddUnit(int unit, string checksum) =>
        Append(string.Create(CultureInfo.InvariantCulture, $"{unit} {checksum}"));

    public void RemoveUnit(int unit) => AddUnit(unit, None);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        RandomAccess.SetLength(_file, 0);
        _length = 0;
    }

    /// <summary>Returns when all lines are on the disk.</summary>
    public void Sync() => RandomAccess.FlushToDisk(_file);

    public void Dispose() => _file.Dispose();

    private static (int Unit, string? Checksum) Parse(string line)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        return
            space > 0
            && int.TryParse(
                line.AsSpan(0, space),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out int unit
            )
            ? (unit, line[(space + 1)..])
            : (-1, null);
    }

    private static PartialHeader? ParseHeader(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<PartialHeader>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Append(string line)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(line + "\n");
        RandomAccess.Write(_file, bytes, _length);
        _length += bytes.Length;
    }
}
