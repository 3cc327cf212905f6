using System.CommandLine;
using LlmOperator.Cli.Connection;
using LlmOperator.Models.Sources;

namespace LlmOperator.Cli.Commands;

/// <summary>Options of commands that read the header of a model at its source.</summary>
internal sealed class SourceOptionSet
{
    /// <summary>How sources are written, for descriptions.</summary>
    public const string Sources =
        "ollama:NAME[:TAG], hf:USER/REPO[:FILE or quantization][@REVISION], oci://HOST/REPOSITORY[:TAG], an http(s) URL";

    private readonly Option<string?> _ollama = new("--ollama-registry")
    {
        Description = "Registry that ollama: names are asked of; default: the public one",
        HelpName = "URL",
    };

    private readonly Option<string?> _hub = new("--huggingface")
    {
        Description = "Hub that hf: names are asked of; default: the public one",
        HelpName = "URL",
    };

    private readonly Option<FileInfo?> _token = new("--token-file")
    {
        Description = "File with a token for private repositories, or with USER:PASSWORD for a registry",
        HelpName = "FILE",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_ollama);
        command.Options.Add(_hub);
        command.Options.Add(_token);
    }

    /// <summary>Where sources are.</summary>
    /// <exception cref="CliException">A value is no URL.</exception>
    public SourceSettings Read(ParseResult result)
    {
        SourceSettings defaults = new();
        return defaults with
        {
            OllamaRegistry = Url(result.GetValue(_ollama), "--ollama-registry") ?? defaults.OllamaRegistry,
            HuggingFace = Url(result.GetValue(_hub), "--huggingface") ?? defaults.HuggingFace,
            // Whoever types the command may read this machine's loopback anyway.
            AllowLoopback = true,
        };
    }

    /// <summary>The credential; null when none is given.</summary>
    /// <exception cref="CliException">The file cannot be read, or is empty.</exception>
    public SourceCredentials? ReadCredentials(ParseResult result)
    {
        if (result.GetValue(_token) is not { } file)
        {
            return null;
        }

        string[] parts = TokenFile.Read("--token-file", file.FullName, leastLength: 1).Split(':', 2);
        return parts.Length == 2
            ? new SourceCredentials(parts[0], parts[1])
            : new SourceCredentials(parts[0]);
    }

    private static Uri? Url(string? text, string option) => text is null ? null : HttpUrl.Parse(option, text);
}
