using System.Text.Json.Nodes;

namespace LlmOperator.Conformance;

/// <summary>What the cases share.</summary>
public abstract class ConformanceTest(TargetServers servers)
{
    /// <summary>Opens a namespace of the test's own; not applicable where the target lacks what is needed.</summary>
    private protected Task<Workspace> OpenAsync(TargetKind target, params Need[] needs) =>
        servers.OpenAsync(target, needs);

    /// <summary>Compares JSON without regard to the order of members.</summary>
    protected static void Same(string expected, JsonNode? actual) =>
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(expected), actual),
            $"expected {expected}, was {actual?.ToJsonString()}"
        );

    /// <summary>Demands a refusal with this status code and reason.</summary>
    protected static ApiAnswer Refused(ApiAnswer answer, int code, string reason)
    {
        Assert.True((int)answer.Code == code && answer.Reason == reason, $"{answer.Code}: {answer.Text}");
        return answer;
    }

    /// <summary>Demands a part of the message.</summary>
    protected static void Says(string part, ApiAnswer answer) =>
        Assert.Contains(part, answer.Message, StringComparison.Ordinal);
}
