namespace LlmOperator.Api.Schema;

/// <summary>The list is a map by one field of its items (<c>x-kubernetes-list-type: map</c>): appliers own single items.</summary>
/// <param name="key">JSON name of the key field.</param>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class ListMapAttribute(string key) : Attribute
{
    /// <summary>JSON name of the key field.</summary>
    public string Key => key;
}
