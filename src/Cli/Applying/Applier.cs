using System.Text.Json.Nodes;
using LlmOperator.Api;
using LlmOperator.Cli.Getting;
using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Cli.Applying;

/// <summary>Server-side apply of manifests of any kind.</summary>
/// <param name="client">Client of the API server.</param>
/// <param name="defaultNamespace">Namespace of documents that name none.</param>
internal sealed class Applier(IKubernetesClient client, string defaultNamespace)
{
    private const string ApplyPatch = "application/apply-patch+yaml";

    /// <summary>Applies one manifest.</summary>
    /// <returns>What kubectl would print, for example <c>llmmodel.llmoperator.dev/demo created</c>.</returns>
    /// <exception cref="CliException">The server refused; the message names the file and the field.</exception>
    public async Task<string> ApplyAsync(
        ResourceCatalog catalog,
        Manifest manifest,
        ApplySettings settings,
        CancellationToken cancellationToken
    )
    {
        ResourceDefinition resource =
            catalog.Find(manifest.ApiVersion, manifest.Kind)
            ?? throw new CliException(
                $"{manifest.Origin}: the server has no kind {manifest.Kind} in {manifest.ApiVersion}; see `llmop get crd` for what it has."
            );
        string? @namespace =
            resource.Scope == ResourceScope.Cluster ? null : manifest.Namespace ?? defaultNamespace;
        string path = resource.PathOf(@namespace, manifest.Name);
        try
        {
            string? before = await VersionAsync(path, cancellationToken);
            JsonObject after = await RawRequests.SendAsync(
                client,
                HttpMethod.Patch,
                path + Query(settings),
                Body(manifest, @namespace),
                ApplyPatch,
                cancellationToken
            );
            string? version = (string?)after["metadata"]?["resourceVersion"];
            string verb =
                before is null ? "created"
                : before == version ? "unchanged"
                : "configured";
            return $"{Describe(resource)}/{manifest.Name} {verb}{(settings.DryRun ? " (server dry run)" : "")}";
        }
        catch (KubernetesApiException e) when (e.IsConflict)
        {
            throw new CliException(
                $"{manifest.Origin}: {e.Message} Another manager owns these fields; take them over with --force-conflicts."
            );
        }
        catch (KubernetesApiException e)
        {
            throw new CliException($"{manifest.Origin}: {e.Message}");
        }
    }

    private static string Describe(ResourceDefinition resource) =>
        resource.Group.Length == 0
            ? resource.Kind.ToLowerInvariant()
            : $"{resource.Kind.ToLowerInvariant()}.{resource.Group}";

    private static string Query(ApplySettings settings) =>
        $"?fieldManager={WellKnown.CliFieldManager}&fieldValidation=Strict"
        + (settings.Force ? "&force=true" : "")
        + (settings.DryRun ? "&dryRun=All" : "");

    private static JsonObject Body(Manifest manifest, string? @namespace)
    {
        JsonObject body = manifest.Document.DeepClone().AsObject();
        if (@namespace is not null && body["metadata"] is JsonObject metadata)
        {
            metadata["namespace"] = @namespace;
        }

        return body;
    }

    private async Task<string?> VersionAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            JsonObject found = await RawRequests.GetAsync(client, path, accept: null, cancellationToken);
            return (string?)found["metadata"]?["resourceVersion"];
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            return null;
        }
    }
}
