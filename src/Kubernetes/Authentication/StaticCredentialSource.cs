namespace LlmOperator.Kubernetes.Authentication;

/// <summary>A credential that never changes.</summary>
internal sealed class StaticCredentialSource(Credential credential) : ICredentialSource
{
    public ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(credential);

    public ValueTask OnUnauthorizedAsync(
        Credential used,
        long requestStart,
        CancellationToken cancellationToken
    ) => ValueTask.CompletedTask;
}
