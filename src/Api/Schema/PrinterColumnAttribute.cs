namespace LlmOperator.Api.Schema;

/// <summary>A column of <c>kubectl get</c>.</summary>
/// <param name="name">Heading.</param>
/// <param name="type"><c>string</c>, <c>integer</c>, <c>boolean</c> or <c>date</c>.</param>
/// <param name="jsonPath">Path of the value, for example <c>.status.variant</c>.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class PrinterColumnAttribute(string name, string type, string jsonPath) : Attribute
{
    /// <summary>Heading.</summary>
    public string Name => name;

    /// <summary>Type of the value.</summary>
    public string Type => type;

    /// <summary>Path of the value.</summary>
    public string JsonPath => jsonPath;

    /// <summary>0: always shown. 1: with <c>-o wide</c> only.</summary>
    public int Priority { get; init; }

    /// <summary>What the column says; required in spirit: it is what <c>kubectl explain</c>-minded readers look for.</summary>
    public string Description { get; init; } = "";
}
