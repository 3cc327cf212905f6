namespace LlmOperator.Operator.LlmModels;

/// <summary>Reasons and actions of the events about an LlmModel.</summary>
internal static class LlmModelEvents
{
    /// <summary>The headers of all variants were read.</summary>
    public const string Inspected = "Inspected";

    /// <summary>The spec or a source is wrong.</summary>
    public const string NotAccepted = "NotAccepted";

    /// <summary>Every wanted replica has a node.</summary>
    public const string Placed = "Placed";

    /// <summary>Some replica found no node.</summary>
    public const string NotPlaced = "NotPlaced";

    /// <summary>Every wanted replica answers.</summary>
    public const string Ready = "Ready";

    /// <summary>Replicas stopped answering.</summary>
    public const string NotReady = "NotReady";

    /// <summary>Something works worse than it should.</summary>
    public const string Degraded = "Degraded";

    /// <summary>A replica was bound to a node.</summary>
    public const string ReplicaCreated = "ReplicaCreated";

    /// <summary>A replica is loaded in another way.</summary>
    public const string ReplicaChanged = "ReplicaChanged";

    /// <summary>A replica was removed.</summary>
    public const string ReplicaRemoved = "ReplicaRemoved";

    /// <summary>A source means something else by now.</summary>
    public const string SourceMoved = "SourceMoved";

    /// <summary>A source that is followed brought another chat template.</summary>
    public const string TemplateChanged = "TemplateChanged";

    /// <summary>A source could not be looked at again; what was found before stays.</summary>
    public const string SourceLookFailed = "SourceLookFailed";

    /// <summary>Action: a source was looked at again.</summary>
    public const string LookAction = "Look";

    /// <summary>Action: a place was decided.</summary>
    public const string PlaceAction = "Place";

    /// <summary>Action: the state was looked at.</summary>
    public const string ReconcileAction = "Reconcile";
}
