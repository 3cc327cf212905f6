namespace LlmOperator.Kubernetes.Authentication;

/// <summary>Seam to the program that obtains credentials.</summary>
internal interface IExecPlugin
{
    /// <summary>Runs the program once.</summary>
    /// <exception cref="HttpRequestException">It cannot be run, failed, or answered nonsense; says which and why.</exception>
    Task<ExecCredentialStatus> RunAsync(CancellationToken cancellationToken);
}
