using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace LlmOperator.Cli.Routing;

/// <summary>Why a request went where it went, as text. Pure.</summary>
internal static class DecisionReport
{
    /// <summary>The report.</summary>
    /// <param name="decision">The router's answer.</param>
    public static string Write(JsonObject decision)
    {
        StringBuilder text = new();
        text.AppendLine(
            $"request {Word(decision, "id")} for {Word(decision, "model")}, {Word(decision, "time")}"
        );
        text.AppendLine(
            $"  {Word(decision, "outcome")} by {Word(decision, "target", "no target")}{Measured(decision)}"
        );
        Line(text, "policy", decision, "policy");
        Line(text, "role", decision, "role");
        Line(text, "mode", decision, "mode");
        Line(text, "rule", decision, "rule");
        text.AppendLine($"  prompt: about {Word(decision, "promptTokens")} tokens");
        if (decision["complexity"] is JsonObject complexity)
        {
            IEnumerable<string> terms = Objects(complexity, "terms")
                .Select(t => $"{Word(t, "name")} {Word(t, "points")} of {Word(t, "most")}");
            text.AppendLine($"  complexity: {Word(complexity, "total")} = {string.Join(" + ", terms)}");
        }

        List(text, "data classes", decision, "dataClasses");
        text.AppendLine("candidates, in order:");
        foreach (JsonObject candidate in Objects(decision, "candidates"))
        {
            text.AppendLine(
                $"  {Word(candidate, "name")} ({Word(candidate, "reason")}){Expected(candidate)}"
            );
        }

        List(text, "left out", decision, "refused");
        List(text, "tried", decision, "tried");
        if (decision["shadow"] is { } shadow)
        {
            text.AppendLine($"copy: {shadow}");
        }

        return text.ToString();
    }

    private static string Measured(JsonObject decision)
    {
        string first = decision["firstTokenMilliseconds"] is { } milliseconds
            ? $", first token after {milliseconds} ms"
            : "";
        string total = decision["totalMilliseconds"] is { } all ? $", {all} ms in all" : "";
        string tokens = decision["inputTokens"] is { } input
            ? $", {input} tokens in, {decision["outputTokens"]} out"
            : "";
        return first + total + tokens;
    }

    private static string Expected(JsonObject candidate)
    {
        string usd = candidate["usd"] is { } cost
            ? string.Create(CultureInfo.InvariantCulture, $", ${(decimal)cost:0.######}")
            : ", no price";
        string seconds = candidate["seconds"] is { } time
            ? string.Create(CultureInfo.InvariantCulture, $", {(double)time:0.##} s")
            : ", not measured lately";
        string slow =
            candidate["fastEnough"]?.GetValue<bool>() == false ? ", too slow for the objectives" : "";
        string redacted = candidate["redacted"]?.GetValue<bool>() == true ? ", with placeholders" : "";
        return usd + seconds + slow + redacted;
    }

    private static void Line(StringBuilder text, string title, JsonObject owner, string field)
    {
        if (owner[field] is { } value)
        {
            text.AppendLine($"  {title}: {value}");
        }
    }

    private static void List(StringBuilder text, string title, JsonObject owner, string field)
    {
        if (owner[field] is not JsonArray { Count: > 0 } items)
        {
            return;
        }

        text.AppendLine($"{title}:");
        foreach (JsonNode? item in items)
        {
            text.AppendLine($"  {item}");
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonObject owner, string field) =>
        (owner[field] as JsonArray ?? []).OfType<JsonObject>();

    private static string Word(JsonObject owner, string field, string absent = "-") =>
        owner[field]?.ToString() ?? absent;
}
