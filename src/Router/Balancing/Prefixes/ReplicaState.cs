namespace LlmOperator.Router.Balancing.Prefixes;

/// <summary>A replica at the moment of a choice.</summary>
/// <param name="Id">Identifies it.</param>
/// <param name="InFlight">Requests that it works on.</param>
/// <param name="Tokens">Estimate of their tokens.</param>
/// <param name="Match">Blocks of the prompt, from its beginning, that it should have in its cache.</param>
internal readonly record struct ReplicaState(string Id, int InFlight, long Tokens, int Match);
