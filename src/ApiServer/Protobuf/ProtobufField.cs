namespace LlmOperator.ApiServer.Protobuf;

/// <summary>One field of a message.</summary>
internal sealed record ProtobufField(
    int Number,
    string Name,
    ProtobufType Type,
    bool IsList = false,
    IReadOnlyList<ProtobufField>? Message = null
);
