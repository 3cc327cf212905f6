namespace LlmOperator.Api.Schema;

/// <summary>
/// Longest <c>metadata.name</c> of a kind whose names are used as label values. The server refuses longer names.
/// </summary>
/// <param name="length">Most characters; label values have at most 63.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class MaxNameLengthAttribute(int length) : Attribute
{
    /// <summary>Most characters.</summary>
    public int Length => length;
}
