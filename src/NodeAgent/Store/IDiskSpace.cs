namespace LlmOperator.NodeAgent.Store;

/// <summary>Room on the disk of a folder.</summary>
internal interface IDiskSpace
{
    DiskRoom Measure(string folder);
}
