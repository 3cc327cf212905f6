namespace LlmOperator.Router.Tests.Tracing;

/// <summary>A span as a collector got it.</summary>
internal sealed record ReceivedSpan(
    string TraceId,
    string Id,
    string ParentId,
    string Name,
    int Kind,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<string> Events,
    bool IsError
)
{
    // message Span { bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; SpanKind kind = 6;
    //   repeated KeyValue attributes = 9; repeated Event events = 11; Status status = 15; }
    public static ReceivedSpan Of(ProtoMessage span) =>
        new(
            span.Hex(1),
            span.Hex(2),
            span.Hex(4),
            span.Text(5),
            (int)span.Number(6),
            AttributesOf(span, 9),
            [.. span.All(11).Select(e => e.Text(2))],
            span.All(15).Any(s => s.Number(3) == 2)
        );

    /// <summary>Attributes with their values as text; those of a list are joined by commas.</summary>
    public static IReadOnlyDictionary<string, string> AttributesOf(ProtoMessage owner, int field) =>
        owner
            .All(field)
            .ToDictionary(a => a.Text(1), a => ValueOf(a.All(2).Single()), StringComparer.Ordinal);

    // message AnyValue { oneof { string = 1; bool = 2; int64 = 3; double = 4; ArrayValue array_value = 5; } }
    private static string ValueOf(ProtoMessage value) =>
        value.Has(5) ? string.Join(',', value.All(5).Single().All(1).Select(ValueOf))
        : value.Has(2)
            ? value.Number(2) == 1 ? "true"
                : "false"
        : value.Has(3) ? ((long)value.Number(3)).ToString()
        : value.Text(1);
}
