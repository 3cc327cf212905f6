using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Patching;

namespace LlmOperator.Controllers.Ownership;

/// <summary>
/// Keeps our finalizer on an object from before the first side effect until the cleanup is done (C45). Both changes
/// are guarded patches that touch only our entry. Thread-safe.
/// </summary>
/// <param name="client">Client.</param>
/// <param name="finalizer">Our finalizer, for example <c>llmoperator.dev/cleanup</c>.</param>
/// <param name="fieldManager">Field manager of the patches.</param>
public sealed class FinalizerGuard(IKubernetesClient client, string finalizer, string fieldManager)
{
    // client-go util/retry: five tries; the object is read again between them.
    private const int MostAttempts = 5;

    /// <summary>Says what may be done; adds the finalizer first where it is needed.</summary>
    /// <param name="obj">The object, from the cache or live.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<FinalizerStep> EnsureAsync<T>(T obj, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        T? current = obj;
        for (int attempt = 1; ; attempt++)
        {
            if (current is null || current.Metadata.Uid != obj.Metadata.Uid)
            {
                return new FinalizerStep.Nothing();
            }

            if (current.IsBeingDeleted)
            {
                return Has(current) ? new FinalizerStep.Cleanup() : new FinalizerStep.Nothing();
            }

            if (Has(current))
            {
                return new FinalizerStep.Apply();
            }

            try
            {
                await client.PatchAsync<T>(current.Key, Addition(current), Options, cancellationToken);
                return new FinalizerStep.Apply();
            }
            catch (KubernetesApiException e) when (MayTryAgain(e) && attempt < MostAttempts)
            {
                current = await client.FindAsync<T>(obj.Key, cancellationToken);
            }
        }
    }

    /// <summary>Removes the finalizer, after the cleanup. An object that is gone is success.</summary>
    public async Task RemoveAsync<T>(T obj, CancellationToken cancellationToken)
        where T : KubernetesObject
    {
        T? current = obj;
        for (int attempt = 1; ; attempt++)
        {
            if (current is null || current.Metadata.Uid != obj.Metadata.Uid || !Has(current))
            {
                return;
            }

            try
            {
                await client.PatchAsync<T>(current.Key, Removal(current), Options, cancellationToken);
                return;
            }
            catch (KubernetesApiException e) when (e.IsNotFound)
            {
                return;
            }
            catch (KubernetesApiException e) when (MayTryAgain(e) && attempt < MostAttempts)
            {
                current = await client.FindAsync<T>(obj.Key, cancellationToken);
            }
        }
    }

    private PatchOptions Options => new() { FieldManager = fieldManager };

    private bool Has(KubernetesObject obj) => obj.Metadata.Finalizers?.Contains(finalizer) == true;

    // A failed test of a JSON patch is 422 on a real server, a stale version 409.
    private static bool MayTryAgain(KubernetesApiException e) => e.IsConflict || e.IsInvalid;

    private Patch Addition(KubernetesObject obj)
    {
        IReadOnlyList<string> present = obj.Metadata.Finalizers ?? [];
        return present.Count == 0
            // A JSON patch cannot add to a list that is not there; the version guards the first entry.
            ? new Patch.Merge(
                new JsonObject
                {
                    ["metadata"] = new JsonObject
                    {
                        ["resourceVersion"] = obj.Metadata.ResourceVersion,
                        ["finalizers"] = new JsonArray(finalizer),
                    },
                }
            )
            : new Patch.Json([
                Operation("test", "/metadata/uid", obj.Metadata.Uid),
                Operation("add", "/metadata/finalizers/-", finalizer),
            ]);
    }

    private Patch.Json Removal(KubernetesObject obj)
    {
        int index = obj.Metadata.Finalizers!.ToList().IndexOf(finalizer);
        string path = $"/metadata/finalizers/{index}";
        return new Patch.Json([
            Operation("test", "/metadata/uid", obj.Metadata.Uid),
            Operation("test", path, finalizer),
            new JsonObject { ["op"] = "remove", ["path"] = path },
        ]);
    }

    private static JsonObject Operation(string op, string path, string? value) =>
        new()
        {
            ["op"] = op,
            ["path"] = path,
            ["value"] = value,
        };
}
