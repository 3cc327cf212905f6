using System.Text;

namespace LlmOperator.Engines.LlamaCpp;

/// <summary>Finds llama-server: a given path, the environment, then the PATH.</summary>
public sealed class LlamaServerLocator
{
    /// <summary>The variable with a command line: a path, or a wrapper with arguments, quotes allowed.</summary>
    public const string Variable = "LLMOP_LLAMA_SERVER";

    private const string ProgramName = "llama-server";
    private readonly Func<string, string?> _environment;

    /// <summary>Uses the environment of this process.</summary>
    public LlamaServerLocator()
        : this(Environment.GetEnvironmentVariable) { }

    /// <summary>Uses another environment.</summary>
    public LlamaServerLocator(Func<string, string?> environment)
    {
        _environment = environment;
    }

    /// <summary>The command, or null when there is none.</summary>
    /// <param name="explicitPath">A path that wins over all others when it is not empty.</param>
    /// <exception cref="EngineException">The given path or variable names a program that does not exist.</exception>
    public LlamaServerCommand? Locate(string? explicitPath = null)
    {
        if (!string.IsNullOrWhiteSpace(explicitPath))
        {
            return new LlamaServerCommand(Existing(explicitPath, "the configured engine path"), []);
        }

        if (_environment(Variable) is { } line && !string.IsNullOrWhiteSpace(line))
        {
            // A path with blanks needs no quotes when it is all there is.
            List<string> words = File.Exists(line.Trim()) ? [line.Trim()] : Split(line);
            return new LlamaServerCommand(Existing(words[0], Variable), words[1..]);
        }

        return OnPath(ProgramName) is { } found ? new LlamaServerCommand(found, []) : null;
    }

    /// <summary>As <see cref="Locate"/>, but a missing engine is an error that says what to do.</summary>
    /// <exception cref="EngineException">There is no llama-server.</exception>
    public LlamaServerCommand LocateRequired(string? explicitPath = null) =>
        Locate(explicitPath)
        ?? throw new EngineException(
            EngineFailure.NotFound,
            $"No llama-server was found: install llama.cpp so that it is on the PATH, or set {Variable} to its path."
        );

    private string Existing(string program, string origin)
    {
        string? found = program.Contains('/', StringComparison.Ordinal)
            ? File.Exists(program)
                ? Path.GetFullPath(program)
                : null
            : OnPath(program);
        return found
            ?? throw new EngineException(
                EngineFailure.NotFound,
                $"{origin} names '{program}', which does not exist; correct it or install llama.cpp."
            );
    }

    internal string? OnPath(string program)
    {
        foreach (
            string folder in (_environment("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
        )
        {
            string candidate = Path.Combine(folder, program);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    // Words are separated by blanks; single and double quotes keep blanks in a word. No other shell syntax.
    private static List<string> Split(string line)
    {
        List<string> words = [];
        StringBuilder word = new();
        char quote = '\0';
        foreach (char c in line.Trim())
        {
            if (quote == '\0' && c is '\'' or '"')
            {
                quote = c;
            }
            else if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (word.Length > 0)
                {
                    words.Add(word.ToString());
                    word.Clear();
                }
            }
            else
            {
                word.Append(c);
            }
        }

        if (word.Length > 0)
        {
            words.Add(word.ToString());
        }

        return words.Count > 0 ? words : [line];
    }
}
