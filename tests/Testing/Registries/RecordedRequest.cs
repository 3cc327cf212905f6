namespace LlmOperator.Testing.Registries;

/// <summary>A request as the stand-in got it.</summary>
public sealed record RecordedRequest(
    string Method,
    string Host,
    string Path,
    string? Range,
    string? Authorization,
    string? UserAgent
)
{
    /// <summary>Bytes of content that were sent in answer.</summary>
    public long SentBytes { get; set; }
}
