using Microsoft.AspNetCore.Http;

namespace LlmOperator.NodeAgent.Serving.Forwarding;

/// <summary>What of an engine can be reached. The rest, such as changing its settings, stays with the agent.</summary>
internal static class EnginePaths
{
    private static readonly Dictionary<string, string> s_methods = new(StringComparer.Ordinal)
    {
        ["v1/chat/completions"] = HttpMethods.Post,
        ["v1/completions"] = HttpMethods.Post,
        ["v1/embeddings"] = HttpMethods.Post,
        ["v1/models"] = HttpMethods.Get,
        ["tokenize"] = HttpMethods.Post,
        ["props"] = HttpMethods.Get,
        ["health"] = HttpMethods.Get,
    };

    /// <summary>Why a request is refused; null when it may pass.</summary>
    public static ServingError? Refuse(string path, string method) =>
        !s_methods.TryGetValue(path, out string? allowed)
            ? new ServingError(404, "path_not_found", "This agent serves no such path of a replica.")
        : allowed != method ? new ServingError(405, "method_not_allowed", $"This path takes {allowed} only.")
        : null;
}
