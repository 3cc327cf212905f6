namespace LlmOperator.Api.Schema;

/// <summary>The list of scalars is a set (<c>x-kubernetes-list-type: set</c>): appliers own single values.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class ListSetAttribute : Attribute;
