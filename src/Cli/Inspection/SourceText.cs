using LlmOperator.Models.Sources;

namespace LlmOperator.Cli.Inspection;

/// <summary>Sources as people write them on the command line.</summary>
internal static class SourceText
{
    private const string Ollama = "ollama:";
    private const string HuggingFace = "hf:";
    private const string Oci = "oci://";

    /// <summary>The source of a text; null when it is the path of a file.</summary>
    /// <exception cref="CliException">It is neither a source nor a file that exists.</exception>
    public static ModelSource? Parse(string text)
    {
        if (text.StartsWith(Ollama, StringComparison.OrdinalIgnoreCase))
        {
            string name = text[Ollama.Length..];
            return OllamaName.TryParse(name, out OllamaName? parsed)
                ? new OllamaSource(parsed)
                : throw Bad(
                    $"'{name}' is no name of the Ollama library; write for example ollama:qwen2.5:0.5b."
                );
        }

        if (text.StartsWith(HuggingFace, StringComparison.OrdinalIgnoreCase))
        {
            return Hub(text[HuggingFace.Length..]);
        }

        if (text.StartsWith(Oci, StringComparison.OrdinalIgnoreCase))
        {
            string reference = text[Oci.Length..];
            return OciReference.TryParse(reference, out OciReference? parsed)
                ? new OciSource(parsed)
                : throw Bad(
                    $"'{reference}' is no OCI reference; write oci://HOST/REPOSITORY, with :TAG or @sha256:DIGEST if needed."
                );
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https")
        {
            return new HttpSource(url!);
        }

        return File.Exists(text)
            ? null
            : throw new CliException(
                $"'{text}' is no file; name one, or a source: ollama:NAME[:TAG], hf:USER/REPO[:FILE or quantization][@REVISION], oci://HOST/REPOSITORY[:TAG], or an http(s) URL."
            );
    }

    // USER/REPO[:FILE.gguf|QUANTIZATION][@REVISION]
    private static HuggingFaceSource Hub(string text)
    {
        int at = text.LastIndexOf('@');
        string revision = at < 0 ? "main" : text[(at + 1)..];
        string rest = at < 0 ? text : text[..at];
        int colon = rest.IndexOf(':', StringComparison.Ordinal);
        string repo = colon < 0 ? rest : rest[..colon];
        string? choice = colon < 0 ? null : rest[(colon + 1)..];
        if (repo.Count(c => c == '/') != 1 || revision.Length == 0 || choice?.Length == 0)
        {
            throw Bad(
                $"'{text}' is no Hugging Face source; write hf:USER/REPO, with :FILE.gguf or :Q4_K_M and @REVISION if needed."
            );
        }

        bool isFile = choice?.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) == true;
        return new HuggingFaceSource(repo, isFile ? choice : null, revision, isFile ? null : choice);
    }

    private static CliException Bad(string message) => new(message, exitCode: 2);
}
