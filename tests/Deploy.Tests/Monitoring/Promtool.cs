namespace LlmOperator.Deploy.Tests.Monitoring;

/// <summary>Prometheus' own checker.</summary>
internal static class Promtool
{
    /// <summary>What LLMOP_PROMTOOL names, promtool on PATH, or the one that eng/fetch-promtool has fetched.</summary>
    public static string Require() => Tools.RequireNamed("LLMOP_PROMTOOL", "promtool", "eng/fetch-promtool");
}
