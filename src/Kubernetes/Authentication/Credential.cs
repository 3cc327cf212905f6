using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace LlmOperator.Kubernetes.Authentication;

/// <summary>What a request is authenticated with. Compared by reference: "the same that was used".</summary>
internal sealed class Credential
{
    /// <summary>No header: anonymous, or a client certificate alone.</summary>
    public static Credential None { get; } = new();

    public AuthenticationHeaderValue? Header { get; init; }

    /// <summary>Client certificate that came with it.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>When it was obtained, as a timestamp of the time provider.</summary>
    public long ObtainedAt { get; init; }
}
