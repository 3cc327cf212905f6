using LlmOperator.Router.Dialects.OpenAi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LlmOperator.Router.Dialects;

/// <summary>A protocol in which clients speak to the router. Safe for concurrent use.</summary>
internal interface ICallerDialect
{
    /// <summary>What clients post.</summary>
    IReadOnlyList<CallerOperation> Operations { get; }

    /// <summary>Whether errors at this path are told in this dialect.</summary>
    bool Owns(PathString path);

    /// <summary>Maps what clients only read: lists of models, versions.</summary>
    void MapReads(IEndpointRouteBuilder endpoints, ModelDirectory models);

    /// <summary>An error as the dialect's body.</summary>
    byte[] ToJson(OpenAiError error);
}
