using System.CommandLine;
using System.Text.Json.Nodes;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Getting;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Resources;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop get</c>.</summary>
internal static class GetCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CommonOptions common)
    {
        Command command = new("get", "Shows objects: llmop get llm, llmop get llmmodel demo -o yaml");
        Argument<string> kind = new("KIND")
        {
            Description = "Kind, short name or category, for example llmmodels, lm, llm",
        };
        Argument<string?> name = new("NAME")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "One object only",
        };
        Option<string> output = new("--output", "-o")
        {
            Description = "table, wide, name, json or yaml",
            DefaultValueFactory = _ => "table",
        };
        output.AcceptOnlyFromAmong("table", "wide", "name", "json", "yaml");
        Option<bool> all = new("--all-namespaces", "-A") { Description = "Objects of all namespaces" };
        Option<string?> selector = new("--selector", "-l")
        {
            Description = "Label selector, for example app=demo",
        };
        command.Arguments.Add(kind);
        command.Arguments.Add(name);
        command.Options.Add(output);
        command.Options.Add(all);
        command.Options.Add(selector);
        common.AddConnectionTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                using ClusterConnection connection = ClusterConnection.Open(common.ReadConnection(result));
                ResourceCatalog catalog = await ResourceCatalog.LoadAsync(
                    connection.Client,
                    cancellationToken
                );
                GetRequest request = new(
                    catalog.Find(result.GetRequiredValue(kind)),
                    result.GetValue(name),
                    result.GetValue(all) ? null : connection.Namespace,
                    result.GetValue(selector),
                    result.GetRequiredValue(output)
                );
                return await RunAsync(connection, request, Console.Out, cancellationToken);
            }
        );
        return command;
    }

    /// <summary>Shows what is asked for.</summary>
    /// <returns>Exit code.</returns>
    internal static async Task<int> RunAsync(
        ClusterConnection connection,
        GetRequest request,
        TextWriter writer,
        CancellationToken cancellationToken
    )
    {
        bool several = request.Kinds.Count > 1;
        bool found = false;
        List<JsonNode> documents = [];
        foreach (ResourceDefinition kind in request.Kinds)
        {
            string? @namespace = kind.Scope == ResourceScope.Cluster ? null : request.Namespace;
            string path = kind.PathOf(@namespace, request.Name);
            path += request.Selector is null
                ? ""
                : $"?labelSelector={Uri.EscapeDataString(request.Selector)}";
            JsonObject answer = await ReadAsync(connection, request, path, cancellationToken);
            if (answer["rows"] is JsonArray { Count: 0 } || answer["items"] is JsonArray { Count: 0 })
            {
                continue;
            }

            if (request.IsTable && found)
            {
                await writer.WriteLineAsync();
            }

            found = true;
            if (!request.IsTable)
            {
                documents.AddRange(Documents(answer, kind));
                continue;
            }

            if (several)
            {
                await writer.WriteLineAsync($"# {kind.Plural}");
            }

            bool withNamespace = request.Namespace is null && kind.Scope == ResourceScope.Namespaced;
            await writer.WriteAsync(ServerTable.Render(answer, request.Output == "wide", withNamespace));
        }

        if (!found && request.IsTable)
        {
            await Console.Error.WriteLineAsync(
                request.Namespace is null
                    ? "No objects found."
                    : $"No objects found in namespace {request.Namespace}."
            );
        }

        if (!request.IsTable)
        {
            await writer.WriteAsync(DocumentWriter.Write(documents, request));
        }

        return 0;
    }

    private static List<JsonNode> Documents(JsonObject answer, ResourceDefinition kind)
    {
        if (answer["items"] is not JsonArray items)
        {
            return [answer];
        }

        List<JsonNode> documents = [];
        foreach (JsonNode? item in items)
        {
            // The items of a list carry no type of their own.
            JsonObject document = item!.DeepClone().AsObject();
            document.Remove("apiVersion");
            document.Remove("kind");
            document.Insert(0, "apiVersion", kind.ApiVersion);
            document.Insert(1, "kind", kind.Kind);
            documents.Add(document);
        }

        return documents;
    }

    private static async Task<JsonObject> ReadAsync(
        ClusterConnection connection,
        GetRequest request,
        string path,
        CancellationToken cancellationToken
    )
    {
        try
        {
            string? accept = request.IsTable ? ServerTable.Accept : null;
            return await RawRequests.GetAsync(connection.Client, path, accept, cancellationToken);
        }
        catch (KubernetesApiException e)
        {
            throw new CliException(e.Message);
        }
    }
}
