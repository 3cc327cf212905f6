namespace LlmOperator.Api.Schema;

/// <summary>Bounds of what people may write where a type does not say, so that the cost of every CEL rule is known.</summary>
internal static class SchemaConstants
{
    /// <summary>Longest text in a spec, in characters.</summary>
    public const int MaxTextLength = 1024;

    /// <summary>Most items of a list in a spec.</summary>
    public const int MaxItems = 64;

    /// <summary>Most entries of a map in a spec.</summary>
    public const int MaxProperties = 64;

    /// <summary>Longest duration as text; <see cref="Kubernetes.Meta.Duration"/> reads no longer one.</summary>
    public const int MaxDurationLength = 64;

    /// <summary>Quantities as <see cref="Kubernetes.Meta.Quantity"/> reads them: no negative ones, no exponents.</summary>
    public const string QuantityPattern = @"^[0-9]+(\.[0-9]+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$";

    /// <summary>Lengths and pattern of a condition, as metav1.Condition declares them.</summary>
    public const int MaxConditionTypeLength = 316;

    /// <summary>Longest reason of a condition.</summary>
    public const int MaxReasonLength = 1024;

    /// <summary>Longest message of a condition.</summary>
    public const int MaxMessageLength = 32_768;

    /// <summary>Reasons of a condition are CamelCase.</summary>
    public const string ReasonPattern = "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$";
}
