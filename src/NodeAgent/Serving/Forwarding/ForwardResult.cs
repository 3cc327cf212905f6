namespace LlmOperator.NodeAgent.Serving.Forwarding;

/// <summary>How a request ended.</summary>
/// <param name="Status">Status sent; 499 when the client went away, 502 when the answer was cut.</param>
/// <param name="SentBytes">Bytes of the engine's answer that were sent.</param>
internal sealed record ForwardResult(int Status, long SentBytes);
