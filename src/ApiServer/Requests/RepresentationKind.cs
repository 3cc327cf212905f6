namespace LlmOperator.ApiServer.Requests;

/// <summary>The form in which a client wants objects.</summary>
internal enum RepresentationKind
{
    Object,
    Table,
    PartialMetadata,
}
