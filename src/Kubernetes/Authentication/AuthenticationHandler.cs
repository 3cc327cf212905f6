using System.Net;

namespace LlmOperator.Kubernetes.Authentication;

/// <summary>Puts the credential on each request that has none, and tells the source of a 401 (C4, C5).</summary>
internal sealed class AuthenticationHandler(ICredentialSource source, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        if (request.Headers.Authorization is not null)
        {
            return await base.SendAsync(request, cancellationToken);
        }

        long start = time.GetTimestamp();
        Credential credential = await source.GetAsync(cancellationToken);
        request.Headers.Authorization = credential.Header;
        try
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
            {
                await source.OnUnauthorizedAsync(credential, start, cancellationToken);
            }

            return response;
        }
        finally
        {
            // A retry of the same message asks for the credential again.
            request.Headers.Authorization = null;
        }
    }
}
