namespace LlmOperator.EndToEnd.Harness;

/// <summary>The committed demo model.</summary>
internal static class DemoModelFile
{
    public const string Question = "What is LlmOperator?";

    public static string Path { get; } =
        System.IO.Path.Combine(AppContext.BaseDirectory, "demo-model", "llmop-demo.gguf");

    /// <summary>Manifest of a model that reads the file where it is.</summary>
    public static string Manifest(string name, string extra = "") =>
        $$"""
            apiVersion: llmoperator.dev/v1alpha1
            kind: LlmModel
            metadata: { name: {{name}} }
            spec:
              source: { file: { path: "{{Path}}" } }
              context: { preferred: 2048 }
            {{extra}}
            """;
}
