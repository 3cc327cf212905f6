using LlmOperator.Api.V1Alpha1;
using LlmOperator.NodeAgent.Store;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Memory;

/// <summary>
/// What measured loads taught about the memory that an engine takes beyond its own projection, kept on disk over
/// restarts. Thread-safe.
/// </summary>
internal sealed partial class MemoryCorrections
{
    public const string FileName = "memory-corrections.json";

    // The last loads count, so that one odd load does not weigh for ever.
    private const int SamplesKept = 16;

    // New engine builds leave old keys behind: those that were measured longest ago go first.
    private const int MostKeys = 256;

    // A load is measured when it is young; requests make it grow a little.
    private const double Headroom = 1.1;
    private readonly string _path;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private List<CorrectionEntry> _entries;

    public MemoryCorrections(string folder, ILogger<MemoryCorrections> logger)
    {
        _path = Path.Combine(folder, FileName);
        _logger = logger;
        _entries = Load();
    }

    /// <summary>Remembers a measurement; one of the same load is replaced.</summary>
    public void Add(CorrectionKey key, LoadSample sample)
    {
        lock (_lock)
        {
            CorrectionEntry before = Find(key) ?? new CorrectionEntry { Key = key };
            LoadSample? same = before.Samples.FirstOrDefault(known => known.Load == sample.Load);
            if (same is not null && same.ExcessBytes >= sample.ExcessBytes)
            {
                return;
            }

            CorrectionEntry after = before with
            {
                Samples =
                [
                    .. before
                        .Samples.Where(known => known.Load != sample.Load)
                        .Append(sample)
                        .TakeLast(SamplesKept),
                ],
                Loads = before.Loads + (same is null ? 1 : 0),
            };
            _entries = [.. _entries.Where(entry => entry.Key != key).Append(after).TakeLast(MostKeys)];
            Save();
        }
    }

    /// <summary>All of it, sorted by key.</summary>
    public IReadOnlyList<MemoryCorrection> List()
    {
        lock (_lock)
        {
            return
            [
                .. _entries
                    .Select(entry => new MemoryCorrection
                    {
                        Key = $"{entry.Key.EngineVersion}/{entry.Key.DeviceKind}/{entry.Key.Architecture}",
                        EngineVersion = entry.Key.EngineVersion,
                        DeviceKind = entry.Key.DeviceKind,
                        Architecture = entry.Key.Architecture,
                        Samples = entry.Loads,
                        OverheadBytes = OverheadOf(entry),
                    })
                    .OrderBy(correction => correction.Key, StringComparer.Ordinal),
            ];
        }
    }

    private static long OverheadOf(CorrectionEntry entry) =>
        (long)(Math.Max(0, entry.Samples.Max(sample => sample.ExcessBytes)) * Headroom);

    private CorrectionEntry? Find(CorrectionKey key) => _entries.FirstOrDefault(entry => entry.Key == key);

    // What cannot be read was learned once and can be learned again; the agent must start.
    private List<CorrectionEntry> Load()
    {
        try
        {
            return
            [
                .. (DurableFiles.ReadJson<List<CorrectionEntry>>(_path) ?? []).Where(entry =>
                    entry is { Samples.Count: > 0, Key: { EngineVersion: not null, Architecture: not null } }
                ),
            ];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogForgotten(_path, error.Message);
            return [];
        }
    }

    private void Save()
    {
        try
        {
            DurableFiles.WriteJson(_path, _entries);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotSaved(_path, error.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What loads taught about memory cannot be read from {Path}: {Error}")]
    private partial void LogForgotten(string path, string error);

    [LoggerMessage(LogLevel.Warning, "What loads taught about memory cannot be written to {Path}: {Error}")]
    private partial void LogNotSaved(string path, string error);
}
