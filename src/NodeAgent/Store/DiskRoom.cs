namespace LlmOperator.NodeAgent.Store;

/// <summary>Room of a file system, in bytes.</summary>
/// <param name="TotalBytes">All of it.</param>
/// <param name="FreeBytes">What this process may still write.</param>
internal sealed record DiskRoom(long TotalBytes, long FreeBytes);
