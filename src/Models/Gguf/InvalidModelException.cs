namespace LlmOperator.Models.Gguf;

/// <summary>A model file that must not reach an engine. The message is one sentence for people.</summary>
public sealed class InvalidModelException : Exception
{
    /// <summary>Creates the exception with the sentence to show.</summary>
    public InvalidModelException(string message)
        : base(message) { }
}
