namespace LlmOperator.Models.Sources;

/// <summary>A bearer token for the host of one source. It is sent to no other host.</summary>
/// <param name="Token">The token.</param>
public sealed record SourceCredentials(string Token)
{
    /// <summary>The type and no member: the token is secret.</summary>
    public override string ToString() => nameof(SourceCredentials);
}
