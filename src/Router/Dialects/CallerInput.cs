using Microsoft.AspNetCore.Http;

namespace LlmOperator.Router.Dialects;

/// <summary>A request as it came.</summary>
/// <param name="Context">The client's connection.</param>
/// <param name="Body">The whole body, valid while the request is.</param>
/// <param name="Time">Clock.</param>
internal sealed record CallerInput(HttpContext Context, ReadOnlyMemory<byte> Body, TimeProvider Time);
