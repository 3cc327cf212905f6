namespace LlmOperator.NodeAgent.Store;

/// <summary>What the system says.</summary>
internal sealed class SystemDiskSpace : IDiskSpace
{
    public DiskRoom Measure(string folder)
    {
        DriveInfo drive = new(folder);
        return new DiskRoom(drive.TotalSize, drive.AvailableFreeSpace);
    }
}
