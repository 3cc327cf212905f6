using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Classification;

namespace LlmOperator.Router.Policies;

/// <summary>What holds for every target of a request, however it comes into the plan. Pure.</summary>
/// <param name="Mode">Mode of the request.</param>
/// <param name="Data">Its data classes.</param>
internal sealed record RouteFence(RoutingMode Mode, Classified Data)
{
    /// <summary>Why local models are out; null when they are not.</summary>
    public string? AgainstLocal => Mode == RoutingMode.CloudOnly ? "the mode is CloudOnly" : null;

    /// <summary>Why providers are out; null when they are not.</summary>
    public string? AgainstRemote =>
        Mode == RoutingMode.LocalOnly ? "the mode is LocalOnly"
        : Data.Leaving == DataLeaving.Forbidden
            ? $"the request holds {Data.WhatMayNotLeave()}, which may not leave"
        : null;

    /// <summary>Whether providers get placeholders in place of what was found.</summary>
    public bool IsRedacted => Data.Leaving == DataLeaving.Redacted;
}
