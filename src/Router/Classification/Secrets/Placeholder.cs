namespace LlmOperator.Router.Classification.Secrets;

/// <summary>Values that stand for a secret and are none.</summary>
internal static class Placeholder
{
    private static readonly string[] s_words =
    [
        "your",
        "example",
        "changeme",
        "change-me",
        "placeholder",
        "password",
        "passwd",
        "secret",
        "xxx",
        "***",
        "...",
        "redacted",
        "dummy",
        "sample",
        "todo",
    ];

    /// <summary>True for <c>your-password</c>, <c>${PASSWORD}</c>, <c>&lt;token&gt;</c>, <c>{{ secret }}</c>, <c>%s</c> and the like.</summary>
    public static bool Is(ReadOnlySpan<char> value)
    {
        if (value.IsEmpty || value[0] is '$' or '<' or '{' or '%' or '[' or '(' || value.Contains('('))
        {
            return true;
        }

        foreach (string word in s_words)
        {
            if (value.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
