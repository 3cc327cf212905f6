namespace LlmOperator.Models.Sources;

/// <summary>A file at an HTTP address.</summary>
/// <param name="Url">Absolute address without user name or password.</param>
/// <param name="Sha256">Expected digest; null means that the first download records it.</param>
public sealed record HttpSource(Uri Url, ModelDigest? Sha256 = null) : ModelSource
{
    /// <summary>The address without its query, which may carry a signature.</summary>
    public override string DisplayName =>
        Url.IsAbsoluteUri
            ? Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)
            : "";
}
