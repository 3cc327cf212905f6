namespace LlmOperator.Operator.Placement;

/// <summary>Why a model that wants another replica does not get it on a node.</summary>
/// <param name="Model">Key of the model.</param>
/// <param name="Node">Name of the node.</param>
/// <param name="Reason">Why.</param>
/// <param name="MissingBytes">Bytes of memory that are missing for the smallest way to load it, or of the disk for its file; 0 for other reasons.</param>
/// <param name="Message">The same in words.</param>
internal sealed record PlacementRefusal(
    string Model,
    string Node,
    RefusalReason Reason,
    long MissingBytes,
    string Message
);
