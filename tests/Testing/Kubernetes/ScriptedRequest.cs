using System.Text;

namespace LlmOperator.Testing.Kubernetes;

/// <summary>A request that a <see cref="ScriptedApiServer"/> received.</summary>
public sealed record ScriptedRequest(
    string Method,
    string Target,
    IReadOnlyDictionary<string, string> Headers,
    byte[] Body
)
{
    public string BodyText => Encoding.UTF8.GetString(Body);

    public string? Authorization => Headers.GetValueOrDefault("Authorization");
}
