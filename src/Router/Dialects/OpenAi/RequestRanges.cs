using System.Collections.Frozen;

namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>
/// Numbers of a request that engines have crashed on when they are out of range, with what is let through. Everything
/// else is left to the engine.
/// </summary>
internal static class RequestRanges
{
    private const long MostTokens = 16_777_216;

    private static readonly FrozenDictionary<string, (long Least, long Most)> s_ranges = new Dictionary<
        string,
        (long, long)
    >(StringComparer.Ordinal)
    {
        ["n"] = (1, 8),
        ["best_of"] = (1, 8),
        ["max_tokens"] = (1, MostTokens),
        ["max_completion_tokens"] = (1, MostTokens),
        ["n_predict"] = (1, MostTokens),
        ["n_keep"] = (-1, MostTokens),
        ["n_probs"] = (0, 20),
        ["top_logprobs"] = (0, 20),
        // Shifting the context of a running sequence: never needed by a client, and unsafe when negative.
        ["n_discard"] = (0, 0),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool Has(string field) => s_ranges.ContainsKey(field);

    /// <exception cref="InvalidRequestException">The number is out of range.</exception>
    public static void Check(string field, long? value)
    {
        (long least, long most) = s_ranges[field];
        if (value is not { } number || number < least || number > most)
        {
            throw new InvalidRequestException(
                OpenAiError.Invalid(
                    "invalid_value",
                    $"\"{field}\" must be a whole number from {least} to {most}.",
                    field
                )
            );
        }
    }
}
