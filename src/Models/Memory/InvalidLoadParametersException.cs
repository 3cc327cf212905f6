namespace LlmOperator.Models.Memory;

/// <summary>Parameters that no engine can load the model with. The message is one sentence for people.</summary>
public sealed class InvalidLoadParametersException : Exception
{
    /// <summary>Creates the exception with the sentence to show.</summary>
    public InvalidLoadParametersException(string message)
        : base(message) { }
}
