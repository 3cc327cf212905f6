namespace LlmOperator.NodeAgent.Devices;

/// <summary>RAM that this process may use: the machine's, or its control group's limit when that is less.</summary>
/// <param name="TotalBytes">All of it.</param>
/// <param name="AvailableBytes">What can be had without swapping.</param>
internal sealed record HostMemory(long TotalBytes, long AvailableBytes)
{
    /// <summary>Reads <c>/proc/meminfo</c> and the limits of control groups version 2.</summary>
    /// <param name="root">Root of the file system; another one in tests.</param>
    public static HostMemory Read(string root = "/")
    {
        Dictionary<string, long> machine = Meminfo(Path.Combine(root, "proc/meminfo"));
        long total = machine.GetValueOrDefault("MemTotal");
        long available = machine.GetValueOrDefault("MemAvailable");
        if (total == 0)
        {
            // Not Linux: what the runtime says.
            GCMemoryInfo runtime = GC.GetGCMemoryInfo();
            total = runtime.TotalAvailableMemoryBytes;
            available = Math.Max(0, total - runtime.MemoryLoadBytes);
        }

        foreach (string group in ControlGroups(root))
        {
            if (Number(Path.Combine(group, "memory.max")) is { } limit && limit < total)
            {
                long used = Number(Path.Combine(group, "memory.current")) ?? 0;
                total = limit;
                available = Math.Min(available, Math.Max(0, limit - used));
            }
        }

        return new HostMemory(total, available);
    }

    // MemTotal:       24656372 kB
    private static Dictionary<string, long> Meminfo(string path)
    {
        Dictionary<string, long> values = [];
        foreach (string line in Lines(path))
        {
            string[] words = line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && long.TryParse(words[1], out long kibibytes))
            {
                values[words[0]] = kibibytes * 1024;
            }
        }

        return values;
    }

    // 0::/kubepods.slice/pod1/container — and every group above it; inside a container the path is "/".
    private static IEnumerable<string> ControlGroups(string root)
    {
        string mount = Path.Combine(root, "sys/fs/cgroup");
        string? line = Lines(Path.Combine(root, "proc/self/cgroup"))
            .FirstOrDefault(text => text.StartsWith("0::/", StringComparison.Ordinal));
        string path = line?["0::/".Length..] ?? "";
        while (true)
        {
            yield return Path.Combine(mount, path);
            if (path.Length == 0)
            {
                yield break;
            }

            path = Path.GetDirectoryName(path) ?? "";
        }
    }

    private static long? Number(string path) =>
        long.TryParse(Lines(path).FirstOrDefault(), out long value) ? value : null;

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
