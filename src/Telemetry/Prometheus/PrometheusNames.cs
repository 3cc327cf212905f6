using System.Text;

namespace LlmOperator.Telemetry.Prometheus;

/// <summary>Turns names, units and tags of .NET meters into those of Prometheus.</summary>
internal static class PrometheusNames
{
    /// <summary><c>llmop.pull.size</c> in <c>By</c> becomes <c>llmop_pull_size_bytes</c>, with <c>_total</c> for a counter.</summary>
    public static string Metric(string name, string? unit, MetricKind kind)
    {
        string result = Clean(name, allowColon: true);
        string? suffix = unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            "%" => "_percent",
            "Cel" => "_celsius",
            _ => null,
        };
        const string Total = "_total";
        if (kind == MetricKind.Counter && result.EndsWith(Total, StringComparison.Ordinal))
        {
            result = result[..^Total.Length];
        }

        if (suffix is not null && !result.EndsWith(suffix, StringComparison.Ordinal))
        {
            result += suffix;
        }

        return kind == MetricKind.Counter ? result + Total : result;
    }

    /// <summary>Tags as labels, sorted by name: <c>code="200",method="GET"</c>.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        SortedDictionary<string, string> labels = new(StringComparer.Ordinal);
        foreach ((string key, object? value) in tags)
        {
            labels[Clean(key, allowColon: false)] = Text(value);
        }

        StringBuilder text = new();
        foreach ((string key, string value) in labels)
        {
            text.Append(text.Length > 0 ? "," : "").Append(key).Append("=\"");
            AppendEscaped(text, value);
            text.Append('"');
        }

        return text.ToString();
    }

    private static string Text(object? value) =>
        value switch
        {
            null => "",
            bool flag => flag ? "true" : "false",
            _ => value.ToString() ?? "",
        };

    private static void AppendEscaped(StringBuilder text, string value)
    {
        foreach (char c in value)
        {
            _ = c switch
            {
                '\\' => text.Append("\\\\"),
                '"' => text.Append("\\\""),
                '\n' => text.Append("\\n"),
                _ => text.Append(c),
            };
        }
    }

    private static string Clean(string name, bool allowColon)
    {
        StringBuilder text = new(name.Length + 1);
        foreach (char c in name)
        {
            bool allowed = char.IsAsciiLetterOrDigit(c) || c == '_' || (c == ':' && allowColon);
            text.Append(allowed ? c : '_');
        }

        if (text.Length == 0 || char.IsAsciiDigit(text[0]))
        {
            text.Insert(0, '_');
        }

        return text.ToString();
    }
}
