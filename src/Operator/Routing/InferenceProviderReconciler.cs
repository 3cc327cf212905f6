using LlmOperator.Api.V1Alpha1;
using LlmOperator.Api.Validation;
using LlmOperator.Controllers.Caching;
using LlmOperator.Controllers.Rbac;
using LlmOperator.Controllers.Reconciling;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Models;

namespace LlmOperator.Operator.Routing;

/// <summary>Says whether a provider is sound and its key exists. The key is read by name and kept nowhere.</summary>
[Rbac<InferenceProvider>("patch", Subresource = "status")]
[Rbac<Secret>("get", Scope = RbacScope.NamedObjects)]
internal sealed class InferenceProviderReconciler(
    ILister<InferenceProvider> providers,
    RoutingStatuses statuses,
    IKubernetesClient client
) : IReconciler<InferenceProvider>
{
    // Secrets are not watched, so that no right to list them is needed; a missing key is looked for often.
    private static readonly TimeSpan s_missingKey = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_presentKey = TimeSpan.FromMinutes(5);

    public async Task<ReconcileResult> ReconcileAsync(
        ReconcileRequest request,
        CancellationToken cancellationToken
    )
    {
        if (providers.Find(request.Key) is not { IsBeingDeleted: false } provider)
        {
            return ReconcileResult.Finished;
        }

        List<RoutingProblem> problems = [.. RoutingStatuses.Of(RoutingValidation.Check(provider.Spec))];
        SecretKeyReference? reference = provider.Spec.ApiKeySecretRef;
        bool isKeyMissing =
            reference is not null
            && !await HasKeyAsync(provider.Metadata.Namespace, reference, cancellationToken);
        if (isKeyMissing)
        {
            problems.Add(
                new RoutingProblem(
                    RoutingConditions.KeyNotFound,
                    $"spec.apiKeySecretRef: Secret \"{reference!.Name}\" with the key \"{reference.Key}\" does not exist "
                        + $"in namespace \"{provider.Metadata.Namespace}\"; create it."
                )
            );
        }

        await statuses.WriteAsync<InferenceProvider, InferenceProviderSpec>(
            provider,
            problems,
            $"{provider.Spec.Models.Count} models.",
            budgets: null,
            cancellationToken
        );
        return reference is null
            ? ReconcileResult.Finished
            : ReconcileResult.After(isKeyMissing ? s_missingKey : s_presentKey);
    }

    private async Task<bool> HasKeyAsync(
        string? ns,
        SecretKeyReference reference,
        CancellationToken cancellationToken
    )
    {
        Secret? secret = await client.FindAsync<Secret>(new ObjectKey(ns, reference.Name), cancellationToken);
        return secret?.Data?.GetValueOrDefault(reference.Key) is { Length: > 0 };
    }
}
