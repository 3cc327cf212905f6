namespace LlmOperator.ApiServer.GarbageCollection;

/// <summary>What has become of an owner.</summary>
internal enum OwnerState
{
    /// <summary>It is there.</summary>
    Solid,

    /// <summary>It is gone, or never was.</summary>
    Absent,

    /// <summary>It is being deleted and waits for its dependents.</summary>
    Waiting,
}
