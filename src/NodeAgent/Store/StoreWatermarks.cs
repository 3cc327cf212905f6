namespace LlmOperator.NodeAgent.Store;

/// <summary>Use of the store's disk at which unneeded files are deleted, and at which that ends. Pure.</summary>
/// <param name="StartPercent">Deleting begins above this use. Default 80.</param>
/// <param name="StopPercent">Deleting ends at this use. Default 70.</param>
public sealed record StoreWatermarks(int StartPercent = 80, int StopPercent = 70)
{
    /// <summary>Whether the numbers can work: 1 to 100, and the second not above the first.</summary>
    public bool IsValid => StartPercent is > 0 and <= 100 && StopPercent > 0 && StopPercent <= StartPercent;

    /// <summary>Bytes to delete now; 0 when the disk is not too full.</summary>
    internal long BytesToFree(DiskRoom room)
    {
        long used = room.TotalBytes - room.FreeBytes;
        return (decimal)used * 100 > (decimal)room.TotalBytes * StartPercent
            ? used - (long)((decimal)room.TotalBytes * StopPercent / 100)
            : 0;
    }
}
