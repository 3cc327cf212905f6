namespace LlmOperator.Api.Validation;

/// <summary>Something wrong in a spec.</summary>
/// <param name="Path">Path of the field, for example <c>spec.context.minimum</c>.</param>
/// <param name="Message">What is wrong and the remedy, for people.</param>
public sealed record SpecProblem(string Path, string Message)
{
    /// <summary><c>path: message</c>.</summary>
    public override string ToString() => $"{Path}: {Message}";
}
