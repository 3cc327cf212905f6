namespace LlmOperator.Api.V1Alpha1;

/// <summary>Condition types and reasons of <see cref="ModelReplica"/>.</summary>
public static class ModelReplicaConditions
{
    /// <summary>All files are on the node, verified.</summary>
    public const string Stored = "Stored";

    /// <summary>The model is in memory.</summary>
    public const string Loaded = "Loaded";

    /// <summary>Requests are answered (an OnDemand replica: would be, after loading; a StoreOnly one: it is stored).</summary>
    public const string Ready = "Ready";

    /// <summary>It works worse than it should.</summary>
    public const string Degraded = "Degraded";

    /// <summary>Work is going on (present only while true; kstatus).</summary>
    public const string Reconciling = "Reconciling";

    /// <summary>Nothing will change without a person (present only while true; kstatus).</summary>
    public const string Stalled = "Stalled";

    /// <summary>Reason: files are being pulled.</summary>
    public const string Pulling = "Pulling";

    /// <summary>Reason: the pull failed and is tried again, or only a change will help.</summary>
    public const string PullFailed = "PullFailed";

    /// <summary>Reason: the bytes do not have the digest that they should.</summary>
    public const string DigestMismatch = "DigestMismatch";

    /// <summary>Reason: the file is not a sound GGUF file.</summary>
    public const string InvalidModelFile = "InvalidModelFile";

    /// <summary>Reason: the file has another chat template than the one that is pinned; no engine sees it.</summary>
    public const string TemplateChanged = "TemplateChanged";

    /// <summary>Reason: the disk has not enough room; the message says how many bytes are missing.</summary>
    public const string InsufficientDisk = "InsufficientDisk";

    /// <summary>Reason: stored and verified.</summary>
    public const string Verified = "Verified";

    /// <summary>Reason: the engine is starting.</summary>
    public const string EngineStarting = "EngineStarting";

    /// <summary>Reason: the engine answers.</summary>
    public const string EngineRunning = "EngineRunning";

    /// <summary>Reason: the engine ended by itself and is started again.</summary>
    public const string EngineExited = "EngineExited";

    /// <summary>Reason: the engine ran out of memory; a smaller configuration is tried.</summary>
    public const string OutOfMemory = "OutOfMemory";

    /// <summary>Reason: the engine aborted at a check of its own while it loaded; another configuration is tried.</summary>
    public const string EngineCheckFailed = "EngineCheckFailed";

    /// <summary>Reason: no engine of the wanted kind is on the node.</summary>
    public const string EngineMissing = "EngineMissing";

    /// <summary>Reason: the engine's own projection passes what was reserved.</summary>
    public const string ReservationExceeded = "ReservationExceeded";

    /// <summary>Reason: stored, and loaded at the first request.</summary>
    public const string OnDemand = "OnDemand";

    /// <summary>Reason: stored, and never loaded; there is nothing more to do.</summary>
    public const string StoreOnly = "StoreOnly";

    /// <summary>Reason of an event: another node gave wrong bytes of the model and is not asked for a time.</summary>
    public const string PeerQuarantined = "PeerQuarantined";

    /// <summary>Reason of an event: a place that should give the files failed, and the next in the order is asked.</summary>
    public const string PullFellBack = "PullFellBack";

    /// <summary>Reason: the replica is being stopped.</summary>
    public const string Stopping = "Stopping";

    /// <summary>Reason: speed and memory are as expected.</summary>
    public const string AsExpected = "AsExpected";

    /// <summary>Reason: the node's agent has not been heard of.</summary>
    public const string AgentLost = "AgentLost";
}
