namespace LlmOperator.NodeAgent.Tests.Pulling.Faults;

/// <summary>How a model of the matrix is published.</summary>
public enum PullProtocol
{
    Http,
    Ollama,
    Oci,
    HuggingFace,
}
