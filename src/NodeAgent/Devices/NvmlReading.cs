namespace LlmOperator.NodeAgent.Devices;

/// <summary>A GPU as NVML reports it; null where the card does not say.</summary>
internal sealed record NvmlReading(
    string Product,
    string Uuid,
    long TotalBytes,
    long UsedBytes,
    int? UtilizationPercent,
    int? TemperatureCelsius
);
