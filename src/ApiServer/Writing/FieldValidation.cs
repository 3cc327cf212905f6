namespace LlmOperator.ApiServer.Writing;

/// <summary>What happens to fields that the schema does not know; they are never stored.</summary>
internal enum FieldValidation
{
    Warn,
    Strict,
    Ignore,
}
