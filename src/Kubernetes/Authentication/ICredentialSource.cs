namespace LlmOperator.Kubernetes.Authentication;

/// <summary>Gives the credential of the next request.</summary>
internal interface ICredentialSource
{
    ValueTask<Credential> GetAsync(CancellationToken cancellationToken);

    /// <summary>The server answered 401 to a request that used this credential.</summary>
    /// <param name="used">Credential of the request.</param>
    /// <param name="requestStart">When the request began, as a timestamp of the time provider.</param>
    /// <param name="cancellationToken">Cancels a refresh.</param>
    ValueTask OnUnauthorizedAsync(Credential used, long requestStart, CancellationToken cancellationToken);
}
