using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Kubernetes.Patching;
using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Controllers.Status;

/// <summary>Writes the status of objects: only through the subresource, only when it changed (C43). Thread-safe.</summary>
/// <param name="client">Client.</param>
/// <param name="fieldManager">Owner of the status; another than that of the spec.</param>
public sealed class StatusWriter(IKubernetesClient client, string fieldManager)
{
    /// <summary>
    /// Makes the status of an object what is given: fields left out are removed when this field manager wrote them.
    /// </summary>
    /// <param name="obj">The object as it was read; not mutated.</param>
    /// <param name="status">The whole status, with <c>observedGeneration</c>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The object as the server has it now; the given one when nothing changed.</returns>
    public async Task<T> WriteAsync<T, TSpec, TStatus>(
        T obj,
        TStatus status,
        CancellationToken cancellationToken
    )
        where T : CustomResource<TSpec, TStatus>
        where TSpec : class, new()
        where TStatus : class
    {
        if (obj.Status is not null && KubernetesJson.AreEqual(obj.Status, status))
        {
            return obj;
        }

        CustomResource<TSpec, TStatus> any = obj;
        T wanted = (T)(any with { Status = status });
        try
        {
            return await client.ApplyStatusAsync(wanted, Options, cancellationToken);
        }
        catch (KubernetesApiException e) when (e.IsInvalid && obj.Status is not null)
        {
            // Servers before 1.21 set an object that is given up to null instead of removing it, which its schema forbids.
            JsonObject removals = StatusRemovals.Between(
                KubernetesJson.ToNode(obj.Status),
                KubernetesJson.ToNode(status)
            );
            if (removals.Count == 0)
            {
                throw;
            }

            await client.PatchAsync<T>(
                obj.Key,
                new Patch.Merge(new JsonObject { ["status"] = removals }),
                new PatchOptions { FieldManager = fieldManager, Subresource = "status" },
                cancellationToken
            );
            return await client.ApplyStatusAsync(wanted, Options, cancellationToken);
        }
    }

    private ApplyOptions Options => new() { FieldManager = fieldManager, Force = true };
}
