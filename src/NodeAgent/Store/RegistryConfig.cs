using System.Text.Json.Nodes;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Store;

/// <summary>The description of a model that the Ollama registry protocol keeps beside its layers.</summary>
internal static class RegistryConfig
{
    public static byte[] Write(ModelFacts facts, ModelDigest weights)
    {
        JsonObject config = new()
        {
            ["model_format"] = "gguf",
            ["model_family"] = facts.Architecture,
            ["model_families"] = new JsonArray(facts.Architecture),
            ["model_type"] = SizeName(facts.ParameterCount),
            ["file_type"] = facts.QuantizationName,
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["rootfs"] = new JsonObject
            {
                ["type"] = "layers",
                ["diff_ids"] = new JsonArray(weights.ToString()),
            },
        };
        return System.Text.Encoding.UTF8.GetBytes(config.ToJsonString());
    }

    private static string SizeName(long parameters) =>
        parameters >= 1_000_000_000 ? $"{parameters / 1e9:0.#}B"
        : parameters >= 1_000_000 ? $"{parameters / 1e6:0.#}M"
        : $"{parameters / 1e3:0.#}K";
}
