namespace LlmOperator.Api.V1Alpha1;

/// <summary>Reasons that several kinds share.</summary>
public static class ConditionReason
{
    /// <summary>The controller has seen the object and has nothing to say yet.</summary>
    public const string Pending = "Pending";

    /// <summary>All is as the spec wants it.</summary>
    public const string AsDesired = "AsDesired";

    /// <summary>The spec contradicts itself; the message names the field.</summary>
    public const string InvalidSpec = "InvalidSpec";

    /// <summary>An object that the spec names does not exist; the message names it.</summary>
    public const string ReferenceNotFound = "ReferenceNotFound";
}
