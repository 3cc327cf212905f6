using System.Globalization;

namespace LlmOperator.Engines.Processes;

/// <summary>
/// A file that names a process of ours by id and start time, so that a later run can end what an earlier one left
/// behind and never a stranger that got the same id.
/// </summary>
internal static class ProcessRecord
{
    public const string FileName = "engine.pid";

    public static void Write(string folder, int processId)
    {
        if (StartTime(processId) is { } startTime)
        {
            File.WriteAllText(Path.Combine(folder, FileName), $"{processId} {startTime}\n");
        }
    }

    /// <summary>Removes the record unless a newer process has taken its place. True when it was ours.</summary>
    public static bool RemoveOwn(string folder, int processId)
    {
        string path = Path.Combine(folder, FileName);
        if (
            !File.Exists(path)
            || !File.ReadAllText(path).StartsWith($"{processId} ", StringComparison.Ordinal)
        )
        {
            return false;
        }

        File.Delete(path);
        return true;
    }

    /// <summary>Ends the recorded process if it still runs. True when there was one.</summary>
    public static bool EndLeftover(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return false;
        }

        string[] words = File.ReadAllText(path).Split(' ', StringSplitOptions.TrimEntries);
        bool ours =
            words.Length == 2
            && int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out int processId)
            && processId > 1
            && string.Equals(StartTime(processId), words[1], StringComparison.Ordinal);
        if (ours)
        {
            Signals.SendToGroup(int.Parse(words[0], CultureInfo.InvariantCulture), Signals.Kill);
        }

        File.Delete(path);
        return ours;
    }

    // Field 22 of /proc/PID/stat: start time in clock ticks since boot. The name before it may contain blanks.
    private static string? StartTime(int processId)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{processId}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields.Length > 19 ? fields[19] : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
