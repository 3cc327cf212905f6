using System.Runtime.InteropServices;

namespace LlmOperator.NodeAgent.Store;

/// <summary>What the file system says of a file: enough to tell whether it is still the same bytes.</summary>
/// <param name="Inode">Number of the file on its file system; 0 where there is none.</param>
/// <param name="SizeBytes">Length.</param>
/// <param name="ModifiedTicks">Time of the last change of the content, in ticks.</param>
/// <param name="AllocatedBytes">What it takes on the disk: less than the length while there are holes in it.</param>
internal sealed partial record FileFacts(ulong Inode, long SizeBytes, long ModifiedTicks, long AllocatedBytes)
{
    // Numbers of linux/stat.h and linux/fcntl.h; struct statx is the same on all architectures.
    private const int AtCurrentDirectory = -100;
    private const uint BasicStats = 0x7ff;
    private const int StatxBytes = 256;
    private const int InodeOffset = 32;
    private const int BlocksOffset = 48;
    private const int BlockBytes = 512;

    /// <summary>The facts; links are followed. Null when there is no such file.</summary>
    public static FileFacts? Of(string path)
    {
        FileInfo info = new(path);
        if (!info.Exists)
        {
            return null;
        }

        if (info.ResolveLinkTarget(returnFinalTarget: true) is { } target)
        {
            info = new FileInfo(target.FullName);
        }

        if (!info.Exists)
        {
            return null;
        }

        (ulong inode, long allocated) = OperatingSystem.IsLinux() ? Numbers(info.FullName) : (0, info.Length);
        return new FileFacts(inode, info.Length, info.LastWriteTimeUtc.Ticks, allocated);
    }

    private static unsafe (ulong Inode, long AllocatedBytes) Numbers(string path)
    {
        byte* raw = stackalloc byte[StatxBytes];
        return Statx(AtCurrentDirectory, path, 0, BasicStats, raw) == 0
            ? (*(ulong*)(raw + InodeOffset), *(long*)(raw + BlocksOffset) * BlockBytes)
            : (0, 0);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, byte* buffer);
}
