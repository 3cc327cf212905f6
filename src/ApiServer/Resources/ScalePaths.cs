namespace LlmOperator.ApiServer.Resources;

/// <summary>Where a kind keeps what its scale subresource shows, as dotted paths such as <c>.spec.replicas</c>.</summary>
internal sealed record ScalePaths(string SpecReplicas, string StatusReplicas, string? LabelSelector);
