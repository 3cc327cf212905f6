namespace LlmOperator.Models.Sources;

/// <summary>Thrown by the dialler; the HTTP layer wraps it.</summary>
internal sealed class AddressRefusedException(string message) : IOException(message);
