using LlmOperator.Router.Budgets;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Policies;

namespace LlmOperator.Router.Forwarding.Shadowing;

/// <summary>A copy of a request that waits to be sent. It outlives the request that it is of.</summary>
internal sealed record ShadowCopy
{
    /// <summary>Id of the request, for the log.</summary>
    public required string RequestId { get; init; }

    /// <summary>A plan whose only candidate is where the copy goes.</summary>
    public required RoutePlan Plan { get; init; }

    /// <summary>The request as that candidate may see it, in memory of its own.</summary>
    public required OpenAiRequest Request { get; init; }

    /// <summary>What the route adds to it.</summary>
    public required RequestDefaults Defaults { get; init; }

    /// <summary>Budgets that it is charged to.</summary>
    public required RequestBudgets Budgets { get; init; }

    /// <summary>Bytes that it takes.</summary>
    public required long Length { get; init; }

    /// <summary>Where it goes.</summary>
    public Candidate Candidate => Plan.Candidates[0];
}
