namespace LlmOperator.NodeAgent.Pulling;

/// <summary>The source has other content now than the bytes that are here; they are of no use.</summary>
internal sealed class ContentChangedException(string message) : Exception(message);
