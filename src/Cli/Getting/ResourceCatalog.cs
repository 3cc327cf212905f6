using System.Text.Json.Nodes;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Cli.Getting;

/// <summary>The kinds that a server knows, from its discovery documents.</summary>
internal sealed class ResourceCatalog
{
    private readonly List<DiscoveredResource> _resources = [];

    /// <summary>Asks the server what it serves.</summary>
    public static async Task<ResourceCatalog> LoadAsync(
        IKubernetesClient client,
        CancellationToken cancellationToken
    )
    {
        ResourceCatalog catalog = new();
        List<string> versions = ["api/v1"];
        JsonObject groups = await RawRequests.GetAsync(client, "apis", accept: null, cancellationToken);
        foreach (JsonNode? group in groups["groups"]?.AsArray() ?? [])
        {
            // The preferred version alone: the others show the same objects in another shape.
            if ((string?)group?["preferredVersion"]?["groupVersion"] is { } version)
            {
                versions.Add($"apis/{version}");
            }
        }

        JsonObject?[] lists = await Task.WhenAll(
            versions.Select(v => TryGetAsync(client, v, cancellationToken))
        );
        foreach ((string version, JsonObject? list) in versions.Zip(lists))
        {
            foreach (JsonNode? resource in list?["resources"]?.AsArray() ?? [])
            {
                catalog.Add(version, resource as JsonObject);
            }
        }

        return catalog;
    }

    /// <summary>The kind that a word of the command line names: plural, singular, short name, kind or category.</summary>
    /// <exception cref="CliException">The server has no such kind.</exception>
    public IReadOnlyList<ResourceDefinition> Find(string word)
    {
        string wanted = word.Split('.')[0];
        List<ResourceDefinition> found =
        [
            .. _resources
                .Where(r => r.Names.Contains(wanted, StringComparer.OrdinalIgnoreCase))
                .Select(r => r.Definition)
                .Take(1),
        ];
        if (found.Count == 0)
        {
            found = [.. _resources.Where(r => r.Categories.Contains(wanted)).Select(r => r.Definition)];
        }

        return found.Count > 0
            ? found
            : throw new CliException(
                $"The server has no kind \"{word}\"; it has {string.Join(", ", _resources.Where(r => r.Categories.Contains("llm")).Select(r => r.Definition.Plural).DefaultIfEmpty("none of ours: install the custom resource definitions (deploy/crds)"))}."
            );
    }

    /// <summary>The kind of a manifest; null when the server does not serve it.</summary>
    public ResourceDefinition? Find(string apiVersion, string kind) =>
        _resources.Find(r => r.Definition.ApiVersion == apiVersion && r.Definition.Kind == kind)?.Definition;

    private void Add(string path, JsonObject? resource)
    {
        string? plural = (string?)resource?["name"];
        string? kind = (string?)resource?["kind"];
        if (plural is null || kind is null || plural.Contains('/', StringComparison.Ordinal))
        {
            return;
        }

        string[] parts = path.Split('/');
        ResourceScope scope =
            (bool?)resource!["namespaced"] == true ? ResourceScope.Namespaced : ResourceScope.Cluster;
        List<string> names = [plural, kind, (string?)resource["singularName"] ?? kind];
        names.AddRange(resource["shortNames"]?.AsArray().Select(n => (string)n!) ?? []);
        _resources.Add(
            new DiscoveredResource(
                new ResourceDefinition(parts[0] == "api" ? "" : parts[1], parts[^1], kind, plural, scope),
                names,
                [.. resource["categories"]?.AsArray().Select(c => (string)c!) ?? []]
            )
        );
    }

    private static async Task<JsonObject?> TryGetAsync(
        IKubernetesClient client,
        string path,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await RawRequests.GetAsync(client, path, accept: null, cancellationToken);
        }
        catch (KubernetesApiException)
        {
            // A group whose server is down must not hide the others.
            return null;
        }
    }

    private sealed record DiscoveredResource(
        ResourceDefinition Definition,
        IReadOnlyList<string> Names,
        IReadOnlyList<string> Categories
    );
}
