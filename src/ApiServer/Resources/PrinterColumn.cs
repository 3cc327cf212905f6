namespace LlmOperator.ApiServer.Resources;

/// <summary>One column of a Table.</summary>
/// <param name="Type"><c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c> or <c>date</c> (shown as an age).</param>
/// <param name="Priority">Columns above 0 are shown only by <c>-o wide</c>.</param>
/// <param name="JsonPath">Where the value is, such as <c>.status.conditions[?(@.type=="Ready")].status</c>.</param>
internal sealed record PrinterColumn(
    string Name,
    string Type,
    string JsonPath,
    string Format = "",
    string Description = "",
    int Priority = 0
);
