namespace LlmOperator.Engines;

/// <summary>A device as an engine lists it.</summary>
/// <param name="Name">The engine's name, such as <c>CUDA0</c>.</param>
/// <param name="Description">The product's name.</param>
/// <param name="TotalBytes">Memory, rounded as the engine prints it.</param>
/// <param name="FreeBytes">Memory that was free when asked.</param>
public sealed record EngineDevice(string Name, string Description, long TotalBytes, long FreeBytes);
