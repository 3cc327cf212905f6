namespace LlmOperator.Api.V1Alpha1;

/// <summary>Disk of the model store.</summary>
public sealed record NodeDisk
{
    /// <summary>Bytes of the file system.</summary>
    public long TotalBytes { get; init; }

    /// <summary>Bytes free for the agent.</summary>
    public long FreeBytes { get; init; }

    /// <summary>
    /// Bytes that files that are not stored yet may take: those that are free and those of files that nothing needs any
    /// more, less what the agent leaves free. Bytes of unfinished downloads count as free. Absent when the agent does not say.
    /// </summary>
    public long? RoomBytes { get; init; }

    /// <summary>Bytes of the models in the store.</summary>
    public long StoreBytes { get; init; }
}
