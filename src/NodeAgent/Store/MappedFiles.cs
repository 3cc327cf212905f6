namespace LlmOperator.NodeAgent.Store;

/// <summary>
/// Files of a folder that processes have mapped: an engine reads its weights this way. Deleting one frees nothing
/// until the process ends. What the system keeps from us (processes of other users) is not seen.
/// </summary>
internal static class MappedFiles
{
    /// <summary>Absolute paths; empty on systems without /proc.</summary>
    public static IReadOnlySet<string> Of(string folder)
    {
        HashSet<string> found = new(StringComparer.Ordinal);
        if (!Directory.Exists("/proc/self"))
        {
            return found;
        }

        string prefix = Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar;
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (!char.IsAsciiDigit(Path.GetFileName(process)[0]))
            {
                continue;
            }

            try
            {
                found.UnionWith(Read(File.ReadLines(Path.Combine(process, "maps")), prefix));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The process has ended, or is another user's.
            }
        }

        return found;
    }

    /// <summary>
    /// Paths of a maps file that begin with a prefix:
    /// <code>7f2c1a000000-7f2c2a000000 r--s 00000000 08:01 1234567    /data/store/blobs/sha256/ab/ab12…</code>
    /// </summary>
    internal static IEnumerable<string> Read(IEnumerable<string> maps, string prefix)
    {
        foreach (string line in maps)
        {
            int path = line.IndexOf('/', StringComparison.Ordinal);
            if (path >= 0 && line.AsSpan(path).StartsWith(prefix, StringComparison.Ordinal))
            {
                yield return line[path..];
            }
        }
    }
}
