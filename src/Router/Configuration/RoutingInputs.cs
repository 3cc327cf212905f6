using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Models;

namespace LlmOperator.Router.Configuration;

/// <summary>The objects that routing hangs on, as the caches show them.</summary>
internal sealed record RoutingInputs
{
    public IReadOnlyList<LlmModel> Models { get; init; } = [];

    public IReadOnlyList<ModelReplica> Replicas { get; init; } = [];

    public IReadOnlyList<WorkerRole> Roles { get; init; } = [];

    public IReadOnlyList<RoutingPolicy> Policies { get; init; } = [];

    public IReadOnlyList<InferenceProvider> Providers { get; init; } = [];

    public IReadOnlyList<RouterKey> Keys { get; init; } = [];

    /// <summary>The Secrets that providers name, and no others.</summary>
    public IReadOnlyList<Secret> Secrets { get; init; } = [];
}
