namespace LlmOperator.Engines.LlamaCpp;

/// <summary>The flags that the installed build knows, read from its <c>--help</c>.</summary>
public sealed class LlamaServerCapabilities
{
    private readonly HashSet<string> _flags = new(StringComparer.Ordinal);

    private LlamaServerCapabilities() { }

    /// <summary>True when the build lists <paramref name="flag"/>, dashes included.</summary>
    public bool Has(string flag) => _flags.Contains(flag);

    /// <summary>Reads a help text. A flag's line begins with a dash in the first column.</summary>
    public static LlamaServerCapabilities Parse(string help)
    {
        // -fa,   --flash-attn [on|off|auto]       set Flash Attention use ...
        // --ui,  --webui, --no-ui, --no-webui     whether to enable the Web UI (default: enabled)
        LlamaServerCapabilities capabilities = new();
        foreach (string line in help.Split('\n'))
        {
            if (!line.StartsWith('-'))
            {
                continue;
            }

            foreach (string part in line.Split(','))
            {
                string flag = part.Trim().Split(' ')[0];
                if (!flag.StartsWith('-'))
                {
                    break;
                }

                capabilities._flags.Add(flag);
            }
        }

        return capabilities;
    }
}
