namespace LlmOperator.Testing.Kubernetes;

/// <summary>How one run of kubectl ended.</summary>
public sealed record KubectlResult(int ExitCode, string Output, string Error)
{
    /// <summary>The output of a run that went well.</summary>
    /// <exception cref="InvalidOperationException">It did not; the message has what kubectl wrote.</exception>
    public string Succeeded =>
        ExitCode == 0
            ? Output
            : throw new InvalidOperationException($"kubectl ended with {ExitCode}: {Error}{Output}");
}
