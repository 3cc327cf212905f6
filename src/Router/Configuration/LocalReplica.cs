namespace LlmOperator.Router.Configuration;

/// <summary>A replica that takes requests.</summary>
/// <param name="Name">Name of the ModelReplica.</param>
/// <param name="Node">Its node.</param>
/// <param name="Endpoint">Base URL at the node's agent, ending with a slash.</param>
internal sealed record LocalReplica(string Name, string Node, Uri Endpoint);
