namespace LlmOperator.Cli.Quickstart;

/// <summary>What to try after the quickstart.</summary>
internal static class NextSteps
{
    /// <summary>The text.</summary>
    public const string Text = """
        What to try next:

          ./llmop up                                                    everything on this machine, in the foreground
          ./llmop apply -f examples/llmmodels/basic.yaml                a real model of the Ollama library (qwen2.5:0.5b)
          ./llmop apply -f examples/llmmodels/hugging-face.yaml         a real model of Hugging Face (Qwen2.5-0.5B-Instruct-GGUF)
          ./llmop status                                                nodes, models and downloads at a glance
          ./llmop chat MODEL "Hello"                                    through the router, streamed
          kubectl --kubeconfig ~/.local/share/llmop/kubeconfig explain llmmodel.spec
        """;
}
