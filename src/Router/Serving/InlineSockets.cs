namespace LlmOperator.Router.Serving;

/// <summary>
/// Lets the thread that waits for sockets go on with what comes in, in place of waking one of the pool for it: a third less
/// CPU for a small request. What may take long goes to the pool by itself: see <see cref="RequestBody"/>. It holds for the
/// whole process, so only the router's own program asks for it (docs/decisions/0021).
/// </summary>
internal static class InlineSockets
{
    /// <summary>Environment variable that .NET reads before its first socket; who sets it to 0 keeps the pool.</summary>
    public const string Setting = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Asks for it, unless the environment says otherwise. Before the first socket.</summary>
    /// <param name="read">Reads an environment variable.</param>
    /// <param name="write">Writes one, for this process.</param>
    public static void Prefer(Func<string, string?> read, Action<string, string?> write)
    {
        if (string.IsNullOrEmpty(read(Setting)))
        {
            write(Setting, "1");
        }
    }
}
