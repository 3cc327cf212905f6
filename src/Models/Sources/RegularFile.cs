namespace LlmOperator.Models.Sources;

/// <summary>Tells files from what only looks like one.</summary>
public static class RegularFile
{
    /// <summary>
    /// True for a file with bytes. A pipe, a socket and a device have the size 0; opening one may never return, or
    /// never end.
    /// </summary>
    public static bool HasBytes(string path) =>
        File.Exists(path)
        && (File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path))
            is FileInfo { Exists: true, Length: > 0 };
}
