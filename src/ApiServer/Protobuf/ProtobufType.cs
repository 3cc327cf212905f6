namespace LlmOperator.ApiServer.Protobuf;

/// <summary>How the value of a field becomes JSON.</summary>
internal enum ProtobufType
{
    Text,
    Whole,
    Flag,

    /// <summary>Bytes, as base64.</summary>
    Bytes,

    /// <summary>Seconds and nanoseconds, as RFC 3339.</summary>
    Time,
    Message,

    /// <summary>Entries of text to text.</summary>
    TextMap,

    /// <summary>Entries of text to bytes.</summary>
    BytesMap,
}
