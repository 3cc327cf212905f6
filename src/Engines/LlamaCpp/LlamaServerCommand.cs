namespace LlmOperator.Engines.LlamaCpp;

/// <summary>How to run llama-server: a program and the arguments that come before ours.</summary>
/// <param name="FileName">Program.</param>
/// <param name="Arguments">Leading arguments, such as a wrapper's.</param>
public sealed record LlamaServerCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>Program and leading arguments as one line.</summary>
    public override string ToString() => string.Join(' ', Arguments.Prepend(FileName));
}
