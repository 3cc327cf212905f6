using LlmOperator.ApiServer.Discovery;
using LlmOperator.ApiServer.Watching;

namespace LlmOperator.ApiServer.Requests;

/// <summary>The handlers of the verbs.</summary>
internal sealed record ApiHandlers(
    DocumentHandler Documents,
    ReadHandler Read,
    ListHandler List,
    WatchHandler Watch,
    WriteHandler Write,
    PatchHandler Patch,
    DeleteHandler Delete
);
