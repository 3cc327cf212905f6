namespace LlmOperator.ApiServer.Selectors;

/// <summary>One condition on one label; as in Kubernetes, NotIn holds for objects without the label.</summary>
internal sealed record LabelRequirement(string Key, LabelOperator Operator, IReadOnlySet<string> Values)
{
    public LabelRequirement(string key, LabelOperator op, string[] values)
        : this(key, op, values.ToHashSet()) { }

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var present = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            LabelOperator.In => present && Values.Contains(value!),
            LabelOperator.NotIn => !present || !Values.Contains(value!),
            LabelOperator.Exists => present,
            LabelOperator.GreaterThan => present && Compare(value!) > 0,
            LabelOperator.LessThan => present && Compare(value!) < 0,
            _ => !present,
        };
    }

    /// <summary>The label against the only value; 0, which satisfies neither sign, for a label that is no number.</summary>
    private int Compare(string label) =>
        long.TryParse(label, out var number) ? number.CompareTo(long.Parse(Values.Single())) : 0;
}
