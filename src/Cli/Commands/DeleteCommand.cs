using System.CommandLine;
using LlmOperator.Cli.Applying;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Getting;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop delete</c>.</summary>
internal static class DeleteCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CommonOptions common)
    {
        Command command = new("delete", "Deletes objects, by kind and name or as manifest files name them");
        Argument<string[]> words = new("KIND NAME")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Kind and names",
        };
        command.Arguments.Add(words);
        command.Options.Add(common.Files);
        common.AddConnectionTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                string[] given = result.GetValue(words) ?? [];
                string[] files = result.GetValue(common.Files) ?? [];
                if (files.Length == 0 && given.Length < 2)
                {
                    throw new CliException(
                        "Say what to delete: llmop delete KIND NAME, or llmop delete -f FILE",
                        exitCode: 2
                    );
                }

                using ClusterConnection connection = ClusterConnection.Open(common.ReadConnection(result));
                ResourceCatalog catalog = await ResourceCatalog.LoadAsync(
                    connection.Client,
                    cancellationToken
                );
                if (files.Length == 0)
                {
                    ResourceDefinition kind = catalog.Find(given[0])[0];
                    foreach (string name in given[1..])
                    {
                        await DeleteAsync(connection, kind, connection.Namespace, name, cancellationToken);
                    }

                    return 0;
                }

                IReadOnlyList<Manifest> manifests = await ManifestReader.ReadAsync(
                    files,
                    Console.In,
                    cancellationToken
                );
                foreach (Manifest manifest in manifests.Reverse())
                {
                    ResourceDefinition kind =
                        catalog.Find(manifest.ApiVersion, manifest.Kind)
                        ?? throw new CliException(
                            $"{manifest.Origin}: the server has no kind {manifest.Kind}."
                        );
                    string @namespace = manifest.Namespace ?? connection.Namespace;
                    await DeleteAsync(connection, kind, @namespace, manifest.Name, cancellationToken);
                }

                return 0;
            }
        );
        return command;
    }

    private static async Task DeleteAsync(
        ClusterConnection connection,
        ResourceDefinition kind,
        string @namespace,
        string name,
        CancellationToken cancellationToken
    )
    {
        string? scope = kind.Scope == ResourceScope.Cluster ? null : @namespace;
        string path = kind.PathOf(scope, name);
        try
        {
            await RawRequests.SendAsync(
                connection.Client,
                HttpMethod.Delete,
                path + "?propagationPolicy=Background",
                body: null,
                "application/json",
                cancellationToken
            );
            Console.WriteLine($"{kind.Kind.ToLowerInvariant()}/{name} deleted");
        }
        catch (KubernetesApiException e) when (e.IsNotFound)
        {
            throw new CliException(
                $"{kind.Kind} {name} does not exist{(scope is null ? "" : $" in namespace {scope}")}."
            );
        }
    }
}
