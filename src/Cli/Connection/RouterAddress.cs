namespace LlmOperator.Cli.Connection;

/// <summary>Where the router is.</summary>
internal static class RouterAddress
{
    /// <summary>By the option, else <c>LLMOP_ROUTER</c>, else the running <c>llmop up</c>.</summary>
    /// <exception cref="CliException">None of them names one.</exception>
    public static Uri Find(string? option, string? dataDirectory)
    {
        string? text =
            option
            ?? Environment.GetEnvironmentVariable("LLMOP_ROUTER")
            ?? DataDirectory.Resolve(dataDirectory).ReadState()?.Router
            ?? throw new CliException("No router is known: start `llmop up`, or name one with --router URL.");
        return HttpUrl.Parse("--router", text);
    }
}
