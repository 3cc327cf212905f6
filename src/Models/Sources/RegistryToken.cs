namespace LlmOperator.Models.Sources;

/// <summary>A token that a registry gave.</summary>
/// <param name="Value">The token.</param>
/// <param name="Life">How long it is used.</param>
internal sealed record RegistryToken(string Value, TimeSpan Life)
{
    /// <summary>The life and no token: it is secret.</summary>
    public override string ToString() => $"token for {Life}";
}
