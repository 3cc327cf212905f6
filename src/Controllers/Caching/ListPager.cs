using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Controllers.Caching;

/// <summary>Reads a complete list in pages (C11).</summary>
internal static class ListPager
{
    /// <summary>All objects, with the version of the first page.</summary>
    /// <param name="client">Client.</param>
    /// <param name="options">Selectors and the version asked for.</param>
    /// <param name="pageSize">Most objects in a page; null for one full list.</param>
    /// <param name="cancellationToken">Cancels the list.</param>
    public static async Task<KubernetesList<T>> ListAsync<T>(
        IKubernetesClient client,
        ListOptions options,
        int? pageSize,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject
    {
        KubernetesList<T> first = await client.ListAsync<T>(
            options with
            {
                Limit = pageSize,
            },
            cancellationToken
        );
        if (string.IsNullOrEmpty(first.Metadata.Continue))
        {
            return first;
        }

        List<T> objects = [.. first.Items];
        string? next = first.Metadata.Continue;
        while (!string.IsNullOrEmpty(next))
        {
            KubernetesList<T> page;
            try
            {
                page = await client.ListAsync<T>(
                    options with
                    {
                        Limit = pageSize,
                        Continue = next,
                    },
                    cancellationToken
                );
            }
            catch (KubernetesApiException e) when (e.IsGone)
            {
                // The token is too old: one full list, for pages would only expire again.
                return await client.ListAsync<T>(
                    options with
                    {
                        Limit = null,
                        Continue = null,
                    },
                    cancellationToken
                );
            }

            objects.AddRange(page.Items);
            next = page.Metadata.Continue;
        }

        return new KubernetesList<T> { Metadata = first.Metadata with { Continue = null }, Items = objects };
    }
}
