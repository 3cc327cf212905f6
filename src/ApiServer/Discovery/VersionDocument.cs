using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Discovery;

/// <summary>What <c>kubectl version</c> shows as the server's.</summary>
internal static class VersionDocument
{
    /// <summary>The Kubernetes release whose behaviour this server follows.</summary>
    private const string Minor = "32";

    public static JsonObject Create() =>
        new()
        {
            ["major"] = "1",
            ["minor"] = Minor,
            ["gitVersion"] = $"v1.{Minor}.0+llmop",
            ["gitCommit"] = "",
            ["gitTreeState"] = "clean",
            ["buildDate"] = "1970-01-01T00:00:00Z",
            ["goVersion"] = "",
            ["compiler"] = "dotnet",
            ["platform"] = "linux/amd64",
        };
}
