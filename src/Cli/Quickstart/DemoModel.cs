namespace LlmOperator.Cli.Quickstart;

/// <summary>The demo model that comes with the product.</summary>
internal static class DemoModel
{
    /// <summary>Name under which the quickstart's registry offers it.</summary>
    public const string Name = "llmop/demo:latest";

    /// <summary>A question that it answers.</summary>
    public const string Question = "What is LlmOperator?";

    /// <summary>The file, beside the program.</summary>
    /// <exception cref="CliException">The installation lacks it.</exception>
    public static string FindFile()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "demo-model", "llmop-demo.gguf");
        return File.Exists(path)
            ? path
            : throw new CliException(
                $"The demo model is missing at {path}; build again from a whole checkout."
            );
    }

    /// <summary>Manifest of the demo model in a registry on this machine.</summary>
    public static string Manifest(Uri registry) =>
        $$"""
            apiVersion: llmoperator.dev/v1alpha1
            kind: LlmModel
            metadata:
              name: demo
            spec:
              source:
                ollama:
                  name: {{registry.Authority}}/{{Name}}
              context:
                preferred: 2048

            """;
}
