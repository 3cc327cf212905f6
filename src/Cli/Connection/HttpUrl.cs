namespace LlmOperator.Cli.Connection;

/// <summary>Addresses that people type.</summary>
internal static class HttpUrl
{
    /// <summary>The address of a text.</summary>
    /// <param name="option">Option that it was given with, for the message.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="CliException">It is no absolute http or https URL.</exception>
    public static Uri Parse(string option, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"
            ? url!
            : throw new CliException($"{option} {text} is no http or https URL.", exitCode: 2);
}
