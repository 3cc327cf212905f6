namespace LlmOperator.Operator.Placement;

/// <summary>A rung of the ladder held against a node.</summary>
/// <param name="Rung">Way to load the model.</param>
/// <param name="Layout">How it would lie.</param>
/// <param name="Claims">What would be claimed; the device that decides comes first.</param>
/// <param name="LeftBytes">Bytes that would be left of the fullest device that holds layers.</param>
/// <param name="MissingBytes">Bytes that are missing, RAM included; 0 when it fits.</param>
internal sealed record NodeFit(
    Rung Rung,
    PlacementLayout Layout,
    IReadOnlyList<DeviceClaim> Claims,
    long LeftBytes,
    long MissingBytes
)
{
    /// <summary>True when there is room.</summary>
    public bool Fits => MissingBytes == 0;

    /// <summary>Bytes of the device that decides, free before.</summary>
    public long FreeBytes => LeftBytes + Claims[0].Terms.Total;
}
