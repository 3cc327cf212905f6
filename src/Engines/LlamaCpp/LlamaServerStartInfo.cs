using System.Diagnostics;

namespace LlmOperator.Engines.LlamaCpp;

/// <summary>How the child is started: own process group, tied to our life, clean environment, no shell.</summary>
internal static class LlamaServerStartInfo
{
    // util-linux; present on every Debian, Ubuntu, Fedora and their images. Without it the record file is what is left.
    private const string SetPriv = "setpriv";
    private const string SetSid = "setsid";

    private static readonly LlamaServerLocator s_locator = new();

    public static ProcessStartInfo Create(LlamaServerCommand command, IEnumerable<string> arguments)
    {
        List<string> words = [command.FileName, .. command.Arguments, .. arguments];
        if (s_locator.OnPath(SetPriv) is { } setPriv)
        {
            words.InsertRange(0, [setPriv, "--pdeathsig", "KILL", "--"]);
        }

        if (s_locator.OnPath(SetSid) is { } setSid)
        {
            // A child of ours leads no group, so setsid does not fork and the process keeps its id.
            words.Insert(0, setSid);
        }

        ProcessStartInfo info = new(words[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string word in words.Skip(1))
        {
            info.ArgumentList.Add(word);
        }

        // Arguments are ours alone: the engine also reads them from the environment, and secrets are not its business.
        string[] foreign =
        [
            .. info.Environment.Keys.Where(key =>
                key.StartsWith("LLAMA_", StringComparison.Ordinal)
                || key.StartsWith("HF_", StringComparison.Ordinal)
                || key.StartsWith("MTMD_", StringComparison.Ordinal)
                || key.Contains("TOKEN", StringComparison.OrdinalIgnoreCase)
                || key.Contains("API_KEY", StringComparison.OrdinalIgnoreCase)
            ),
        ];
        foreach (string key in foreign)
        {
            info.Environment.Remove(key);
        }

        // Else a debugger is started at each abort, whose many lines push out those that say why.
        info.Environment["GGML_NO_BACKTRACE"] = "1";
        return info;
    }
}
