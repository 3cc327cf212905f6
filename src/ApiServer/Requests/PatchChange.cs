using System.Text.Json.Nodes;

namespace LlmOperator.ApiServer.Requests;

/// <summary>A patch that was read, and what it does to an object.</summary>
internal sealed record PatchChange(string Text, Func<JsonObject, JsonObject> Apply);
