using System.CommandLine;
using LlmOperator.Cli.Applying;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Getting;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop apply</c>.</summary>
internal static class ApplyCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CommonOptions common)
    {
        Command command = new(
            "apply",
            "Creates or changes the objects of manifest files (server-side apply)"
        );
        Option<bool> force = new("--force-conflicts")
        {
            Description = "Take over fields that another manager owns",
        };
        Option<bool> dryRun = new("--dry-run") { Description = "Let the server check and change nothing" };
        command.Options.Add(common.Files);
        command.Options.Add(force);
        command.Options.Add(dryRun);
        common.AddConnectionTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                string[] files = result.GetValue(common.Files) ?? [];
                if (files.Length == 0)
                {
                    throw new CliException("Say what to apply: llmop apply -f FILE", exitCode: 2);
                }

                IReadOnlyList<Manifest> manifests = await ManifestReader.ReadAsync(
                    files,
                    Console.In,
                    cancellationToken
                );
                using ClusterConnection connection = ClusterConnection.Open(common.ReadConnection(result));
                ResourceCatalog catalog = await ResourceCatalog.LoadAsync(
                    connection.Client,
                    cancellationToken
                );
                Applier applier = new(connection.Client, connection.Namespace);
                ApplySettings settings = new(result.GetValue(force), result.GetValue(dryRun));
                foreach (Manifest manifest in manifests)
                {
                    Console.WriteLine(
                        await applier.ApplyAsync(catalog, manifest, settings, cancellationToken)
                    );
                }

                foreach (
                    string warning in ApplyWarnings.Of(
                        manifests,
                        await ApplyWarnings.CatalogsAsync(connection.Client, cancellationToken),
                        connection.Namespace
                    )
                )
                {
                    await Console.Error.WriteLineAsync($"warning: {warning}");
                }

                return 0;
            }
        );
        return command;
    }
}
