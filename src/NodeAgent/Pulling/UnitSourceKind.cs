namespace LlmOperator.NodeAgent.Pulling;

/// <summary>What kind of place gives units.</summary>
internal enum UnitSourceKind
{
    /// <summary>Another node.</summary>
    Peer,

    /// <summary>Where the model is published.</summary>
    Origin,

    /// <summary>A copy of the origin that people named.</summary>
    Mirror,
}
