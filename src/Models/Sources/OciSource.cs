namespace LlmOperator.Models.Sources;

/// <summary>A GGUF model in an OCI registry.</summary>
/// <param name="Reference">Its reference.</param>
public sealed record OciSource(OciReference Reference) : ModelSource
{
    /// <inheritdoc/>
    public override string DisplayName => $"oci {Reference}";
}
