using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.Cli.Stores;

/// <summary>Finds models of a store by what people write. Pure.</summary>
internal static class StoredModels
{
    private const int FewestDigits = 6;

    /// <summary>The model of a name, a digest, or the first digits of one.</summary>
    /// <exception cref="CliException">There is none, or there are several.</exception>
    public static StoredModelFiles Find(IReadOnlyList<StoredModelFiles> models, string text)
    {
        string hex = text.StartsWith("sha256:", StringComparison.Ordinal) ? text["sha256:".Length..] : text;
        string? name = OllamaName.TryParse(text, out OllamaName? parsed)
            ? $"{parsed.Namespace}/{parsed.Model}:{parsed.Tag}"
            : null;
        StoredModelFiles[] found =
        [
            .. models
                .Where(model =>
                    model.Name == text
                    || model.Name == name
                    || model.Name == parsed?.ToString()
                    || (
                        hex.Length >= FewestDigits
                        && model.Digest.Hex.StartsWith(hex, StringComparison.OrdinalIgnoreCase)
                    )
                )
                .DistinctBy(model => model.Digest),
        ];
        return found switch
        {
            [var one] => one,
            [] => throw new CliException(
                $"There is no model '{text}' in the store; llmop store ls shows names and digests."
            ),
            _ => throw new CliException(
                $"'{text}' means {found.Length} models; write more digits of the digest."
            ),
        };
    }
}
