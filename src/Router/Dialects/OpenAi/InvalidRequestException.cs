namespace LlmOperator.Router.Dialects.OpenAi;

/// <summary>The request cannot be served as it is; the client is told the error.</summary>
internal sealed class InvalidRequestException(OpenAiError error) : Exception(error.Message)
{
    public OpenAiError Error { get; } = error;
}
