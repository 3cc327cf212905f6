using System.Collections.Frozen;
using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;
using LlmOperator.Router.Budgets;
using LlmOperator.Router.Dialects;
using LlmOperator.Router.Dialects.OpenAi;
using LlmOperator.Router.Identity;
using LlmOperator.Router.Limits;

namespace LlmOperator.Router.Configuration;

/// <summary>Builds a snapshot from objects. Pure: the same objects, the same snapshot.</summary>
internal static class RoutingSnapshotBuilder
{
    /// <summary>Builds it; what is wrong with one object makes that object unusable, never the snapshot.</summary>
    public static RoutingSnapshot Build(RoutingInputs inputs)
    {
        ILookup<ObjectKey, ModelReplica> replicas = inputs.Replicas.ToLookup(r => new ObjectKey(
            r.Metadata.Namespace,
            r.Spec.ModelName
        ));
        Dictionary<ObjectKey, Secret> secrets = inputs.Secrets.ToDictionary(s => s.Key);
        Policy[] policies =
        [
            .. inputs
                .Policies.OrderBy(p => p.Key.ToString(), StringComparer.Ordinal)
                .Select(PolicyCompiler.Compile),
        ];
        return new RoutingSnapshot
        {
            Models = inputs.Models.ToFrozenDictionary(m => m.Key, m => ModelOf(m, replicas[m.Key])),
            Roles = inputs.Roles.ToFrozenDictionary(r => r.Key, RoleOf),
            Policies = policies.ToFrozenDictionary(p => p.Key),
            Providers = inputs.Providers.ToFrozenDictionary(p => p.Key, p => ProviderOf(p, secrets)),
            PoliciesByModelName = ByModelName(policies),
            Keys = KeyRing.Of(inputs.Keys),
        };
    }

    // Two policies that map one name: the first by its own name wins, so that the choice does not hang on time.
    private static FrozenDictionary<ObjectKey, Policy> ByModelName(IEnumerable<Policy> policies)
    {
        Dictionary<ObjectKey, Policy> byName = [];
        foreach (Policy policy in policies)
        {
            foreach (string name in policy.Spec.ModelNames ?? [])
            {
                byName.TryAdd(new ObjectKey(policy.Key.Namespace, name), policy);
            }
        }

        return byName.ToFrozenDictionary();
    }

    private static LocalModel ModelOf(LlmModel model, IEnumerable<ModelReplica> replicas)
    {
        ModelReplica[] all = [.. replicas.Where(r => !r.IsBeingDeleted)];
        LocalReplica[] ready =
        [
            .. all.Where(IsReady)
                .Select(r => new LocalReplica(
                    r.Metadata.Name!,
                    r.Spec.NodeName,
                    new Uri(r.Status!.Endpoint! + "/")
                )
                {
                    Digest = r.Status.Digest,
                    ContextLength = r.Spec.Engine.ContextLength,
                    ParallelSequences = r.Spec.Engine.ParallelSequences,
                    IsLoaded = r.Status.Residency == Residency.Loaded,
                    IsOnDemand = r.Spec.Loading.Mode == LoadingMode.OnDemand,
                })
                .OrderBy(r => r.Name, StringComparer.Ordinal),
        ];
        Condition? condition = model.Status?.Conditions.FirstOrDefault(c =>
            c.Type == LlmModelConditions.Ready
        );
        string problem = condition is null
            ? "it has not been placed yet"
            : $"{condition.Reason}: {condition.Message}";
        LoadProgress? progress = LoadProgress.Nearest(all);
        return new LocalModel(
            model.Key,
            model.Metadata.CreationTimestamp ?? DateTimeOffset.UnixEpoch,
            ready,
            ready.Length > 0 ? null : problem
        )
        {
            Facts = FactsOf(model.Status),
            Progress = progress,
            IsCold =
                progress is not null
                && ready.All(r => r.IsCold)
                && all.Any(r => r.Spec.Loading.Mode == LoadingMode.OnDemand),
            HasColdReplicas = ready.Any(r => r.IsCold),
        };
    }

    private static LocalModelFacts FactsOf(LlmModelStatus? status)
    {
        if (status?.Facts is not { } facts)
        {
            return LocalModelFacts.None;
        }

        ModelArtifact? artifact = status.Artifacts.FirstOrDefault(a => a.Variant == status.Variant);
        return new LocalModelFacts
        {
            Architecture = facts.Architecture ?? "",
            Parameters = facts.Parameters,
            Quantization = facts.Quantization ?? "",
            ContextLength = status.ContextLength ?? 0,
            Digest = artifact?.Digest?.Split(':')[^1] ?? "",
            SizeBytes = artifact?.SizeBytes ?? 0,
            MemoryBytes = status.Memory?.Observed ?? status.Memory?.Total ?? 0,
        };
    }

    private static bool IsReady(ModelReplica replica) =>
        Uri.TryCreate(replica.Status?.Endpoint, UriKind.Absolute, out _)
        && replica.Status.Conditions.Any(c =>
            c.Type == ModelReplicaConditions.Ready && c.Status == ConditionStatus.True
        );

    private static Role RoleOf(WorkerRole role) =>
        new(
            role.Key,
            role.Metadata.CreationTimestamp ?? DateTimeOffset.UnixEpoch,
            role.Spec.Targets,
            RequestDefaults.Of(role.Spec),
            role.Spec.RoutingPolicyName
        )
        {
            Budgets = CompiledBudget.Of(role, role.Spec.Budgets),
            RequestLimits = CompiledLimits.Of(role, role.Spec.RequestLimits),
            ContextBudget = role.Spec.ContextBudget,
        };

    private static Provider ProviderOf(InferenceProvider provider, Dictionary<ObjectKey, Secret> secrets)
    {
        Uri? baseUrl = BaseUrlOf(provider.Spec.BaseUrl);
        string? key = null;
        string? problem = baseUrl is null
            ? $"provider \"{provider.Metadata.Name}\" has no usable spec.baseUrl: https, or http to a loopback address, is wanted"
            : null;
        if (provider.Spec.ApiKeySecretRef is { } reference)
        {
            Secret? secret = secrets.GetValueOrDefault(
                new ObjectKey(provider.Metadata.Namespace, reference.Name)
            );
            byte[]? value = secret?.Data?.GetValueOrDefault(reference.Key);
            key = value is null ? null : Encoding.UTF8.GetString(value).Trim();
            if (string.IsNullOrEmpty(key) || key.Any(char.IsControl))
            {
                key = null;
                problem ??=
                    $"provider \"{provider.Metadata.Name}\" has no API key: Secret \"{reference.Name}\" key \"{reference.Key}\" "
                    + (secret is null ? "not found" : "has no usable value");
            }
        }

        return new Provider
        {
            Key = provider.Key,
            BaseUrl = baseUrl,
            Dialect = UpstreamDialects.Of(provider.Spec),
            ApiKey = key,
            Problem = problem,
            TraceContext = provider.Spec.TraceContext,
            Models = provider.Spec.Models.DistinctBy(m => m.Name).ToFrozenDictionary(m => m.Name),
        };
    }

    // A key over plain http would be readable on the way; only this machine itself may be asked so.
    private static Uri? BaseUrlOf(string text) =>
        Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out Uri? url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
            ? url
            : null;
}
