namespace LlmOperator.Router.Forwarding;

/// <summary>Text for headers.</summary>
internal static class HeaderText
{
    /// <summary>Any name as a header may hold it: what is not printable becomes a question mark.</summary>
    public static string Printable(string text) =>
        text.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : '?'))
            : text;
}
