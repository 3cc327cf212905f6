using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Writing;

/// <summary>The object after a write, in the version in which it was asked for.</summary>
internal sealed record WriteResult(JsonObject Object, bool Created, IReadOnlyList<string> Warnings);
