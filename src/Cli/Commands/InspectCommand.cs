using System.CommandLine;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Inspection;
using LlmOperator.Models.Sources;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop inspect FILE|SOURCE</c>: what a model is, from its header alone.</summary>
internal static class InspectCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create()
    {
        Argument<string> source = new("FILE|SOURCE")
        {
            Description =
                "A GGUF file (a model, the first part of a split one, a projector, an adapter), or ollama:NAME[:TAG], hf:USER/REPO[:FILE or quantization][@REVISION], oci://HOST/REPOSITORY[:TAG], an http(s) URL",
        };
        Option<string> output = new("--output", "-o")
        {
            Description = "text or json",
            DefaultValueFactory = _ => "text",
        };
        output.AcceptOnlyFromAmong("text", "json");
        Option<string?> ollama = new("--ollama-registry")
        {
            Description = "Registry that ollama: names are asked of; default: the public one",
        };
        Option<string?> hub = new("--huggingface")
        {
            Description = "Hub that hf: names are asked of; default: the public one",
        };
        Option<FileInfo?> token = new("--token-file")
        {
            Description = "File with a token for private repositories, or with USER:PASSWORD for a registry",
        };
        Command command = new(
            "inspect",
            "Shows what a model is: architecture, tensors by type, context, template. Only the header is read, also of a distant one. Examples: llmop inspect model.gguf; llmop inspect ollama:qwen2.5:0.5b -o json; llmop inspect hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF:Q4_K_M"
        )
        {
            source,
            output,
            ollama,
            hub,
            token,
        };
        command.SetAction(
            async (result, cancellationToken) =>
            {
                SourceSettings defaults = new();
                InspectedFile found = await FileInspector.InspectAsync(
                    result.GetValue(source)!,
                    defaults with
                    {
                        OllamaRegistry =
                            Url(result.GetValue(ollama), "--ollama-registry") ?? defaults.OllamaRegistry,
                        HuggingFace = Url(result.GetValue(hub), "--huggingface") ?? defaults.HuggingFace,
                        // Whoever types the command may read this machine's loopback anyway.
                        AllowLoopback = true,
                    },
                    await CredentialsAsync(result.GetValue(token), cancellationToken),
                    TimeProvider.System,
                    cancellationToken
                );
                await Console.Out.WriteAsync(
                    result.GetValue(output) == "json" ? InspectReport.Json(found) : InspectReport.Text(found)
                );
                return 0;
            }
        );
        return command;
    }

    private static Uri? Url(string? text, string option) => text is null ? null : HttpUrl.Parse(option, text);

    private static async Task<SourceCredentials?> CredentialsAsync(
        FileInfo? file,
        CancellationToken cancellationToken
    )
    {
        if (file is null)
        {
            return null;
        }

        string[] parts = (await File.ReadAllTextAsync(file.FullName, cancellationToken)).Trim().Split(':', 2);
        return parts.Length == 2
            ? new SourceCredentials(parts[0], parts[1])
            : new SourceCredentials(parts[0]);
    }
}
