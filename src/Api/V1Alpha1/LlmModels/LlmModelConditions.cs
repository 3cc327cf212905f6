namespace LlmOperator.Api.V1Alpha1;

/// <summary>Condition types and reasons of <see cref="LlmModel"/>.</summary>
public static class LlmModelConditions
{
    /// <summary>The spec is sound and every variant's header was read.</summary>
    public const string Accepted = "Accepted";

    /// <summary>All wanted replicas have a node.</summary>
    public const string Placed = "Placed";

    /// <summary>All placed replicas have their files.</summary>
    public const string Stored = "Stored";

    /// <summary>All wanted replicas answer.</summary>
    public const string Ready = "Ready";

    /// <summary>Something works worse than it should.</summary>
    public const string Degraded = "Degraded";

    /// <summary>Work is going on (present only while true; kstatus).</summary>
    public const string Reconciling = "Reconciling";

    /// <summary>Nothing will change without a person (present only while true; kstatus).</summary>
    public const string Stalled = "Stalled";

    /// <summary>Reason: the source cannot be reached; tried again.</summary>
    public const string SourceUnreachable = "SourceUnreachable";

    /// <summary>Reason: the source does not have the model.</summary>
    public const string SourceNotFound = "SourceNotFound";

    /// <summary>Reason: the source wants (other) credentials.</summary>
    public const string SourceUnauthorized = "SourceUnauthorized";

    /// <summary>Reason: the source is not allowed by the settings or a catalog.</summary>
    public const string SourceRefused = "SourceRefused";

    /// <summary>Reason: the file is not a sound GGUF file.</summary>
    public const string InvalidModelFile = "InvalidModelFile";

    /// <summary>Reason: the file has another chat template than the one that is pinned or was recorded.</summary>
    public const string TemplateChanged = "TemplateChanged";

    /// <summary>Reason: the architecture's memory cannot be computed; set spec.memory.override.</summary>
    public const string UnsupportedArchitecture = "UnsupportedArchitecture";

    /// <summary>Reason: the header was read and the spec is sound.</summary>
    public const string Inspected = "Inspected";

    /// <summary>Reason: no node has room; the refusals say how many bytes are missing.</summary>
    public const string InsufficientMemory = "InsufficientMemory";

    /// <summary>Reason: no node exists, is ready, or matches.</summary>
    public const string NoMatchingNode = "NoMatchingNode";

    /// <summary>Reason: every wanted replica has a node.</summary>
    public const string AllPlaced = "AllPlaced";

    /// <summary>Reason: files are being pulled.</summary>
    public const string Pulling = "Pulling";

    /// <summary>Reason: a pull failed; the message says which and why.</summary>
    public const string PullFailed = "PullFailed";

    /// <summary>Reason: a disk has not enough room; the message says how many bytes are missing.</summary>
    public const string InsufficientDisk = "InsufficientDisk";

    /// <summary>Reason: all files are stored.</summary>
    public const string AllStored = "AllStored";

    /// <summary>Reason: engines are loading the model.</summary>
    public const string Loading = "Loading";

    /// <summary>Reason: an engine failed; the message has its last words.</summary>
    public const string EngineFailed = "EngineFailed";

    /// <summary>Reason: all wanted replicas answer.</summary>
    public const string AllReady = "AllReady";

    /// <summary>Reason: all wanted replicas are stored, and none is to be loaded (loading.mode StoreOnly).</summary>
    public const string StoreOnly = "StoreOnly";

    /// <summary>Reason: fewer replicas answer than wanted.</summary>
    public const string SomeUnavailable = "SomeUnavailable";

    /// <summary>Reason: more than half of the nodes are lost at once, which is taken for a partition: no replica is moved.</summary>
    public const string NodesLost = "NodesLost";

    /// <summary>Reason: zero replicas are wanted.</summary>
    public const string ScaledToZero = "ScaledToZero";
}
