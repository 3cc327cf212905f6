namespace LlmOperator.Api.Schema;

/// <summary>A cross-field rule in CEL, checked by servers that know it; the controllers check the same again.</summary>
/// <param name="rule">CEL expression over <c>self</c>.</param>
/// <param name="message">What is wrong and the remedy.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true, Inherited = false)]
public sealed class CelRuleAttribute(string rule, string message) : Attribute
{
    /// <summary>CEL expression over <c>self</c>.</summary>
    public string Rule => rule;

    /// <summary>What is wrong and the remedy.</summary>
    public string Message => message;
}
