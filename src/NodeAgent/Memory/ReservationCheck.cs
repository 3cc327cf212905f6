using LlmOperator.Api.V1Alpha1;
using LlmOperator.Engines.LlamaCpp;

namespace LlmOperator.NodeAgent.Memory;

/// <summary>Compares what the engine says it will need with what the operator reserved. Pure.</summary>
internal static class ReservationCheck
{
    // The engine rounds, and a plan within a twentieth is good enough to start.
    private const double Margin = 0.05;
    private const long LeastMargin = 64L << 20;

    /// <summary>One sentence on the device whose reservation is too small; null when all are enough.</summary>
    public static string? Problem(EngineProjection projection, IReadOnlyList<DeviceReservation> reservations)
    {
        if (reservations.Count == 0)
        {
            return null;
        }

        foreach (ProjectedDevice device in projection.Devices)
        {
            string name = MemoryTruth.NameOf(device.Name);
            long reserved = reservations.Where(r => r.Device == name).Sum(r => r.TotalBytes);
            long allowed = reserved + Math.Max(LeastMargin, (long)(reserved * Margin));
            if (device.TotalBytes > allowed)
            {
                return $"The engine needs {device.TotalBytes} bytes on {name} and {reserved} are reserved; "
                    + "more is reserved where the node has room, else a smaller way to load the model is tried.";
            }
        }

        return null;
    }
}
