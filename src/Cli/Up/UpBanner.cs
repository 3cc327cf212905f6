namespace LlmOperator.Cli.Up;

/// <summary>What a person needs to know once everything runs.</summary>
internal static class UpBanner
{
    /// <summary>The text.</summary>
    public static string Write(UpOptions options, UpHost host) =>
        $"""
            LlmOperator is up.
              router      {host.RouterUrl}v1   (OpenAI protocol)
              kubectl     export KUBECONFIG={host.KubeconfigPath}
              nodes       {string.Join(", ", options.NodeNames)}
              data, log   {options.Data.Path}
            Try: llmop apply -f examples/llmmodels/basic.yaml ; llmop status ; llmop chat MODEL
            Ctrl-C stops all.
            """;
}
