using System.CommandLine;
using LlmOperator.Cli.Applying;
using LlmOperator.Cli.Connection;
using LlmOperator.Cli.Getting;
using LlmOperator.Cli.Up;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop up</c>.</summary>
internal static class UpCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(CommonOptions common)
    {
        Command command = new(
            "up",
            "Runs everything on this machine: API server, operator, nodes, router; Ctrl-C stops all"
        );
        UpOptionSet set = new();
        command.Options.Add(common.Files);
        set.AddTo(command);
        command.Options.Add(common.DataDirectory);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                UpOptions options = set.Read(
                    result,
                    DataDirectory.Resolve(result.GetValue(common.DataDirectory))
                );
                string[] files = result.GetValue(common.Files) ?? [];
                IReadOnlyList<Manifest> manifests =
                    files.Length == 0
                        ? []
                        : await ManifestReader.ReadAsync(files, Console.In, cancellationToken);
                await using UpHost host = new(options, TimeProvider.System);
                await host.StartAsync(cancellationToken);
                await ApplyAsync(host, manifests, cancellationToken);
                Console.WriteLine(UpBanner.Write(options, host));
                await host.RunAsync(new StateLines(Console.Out), cancellationToken);
                return 0;
            }
        );
        return command;
    }

    private static async Task ApplyAsync(
        UpHost host,
        IReadOnlyList<Manifest> manifests,
        CancellationToken cancellationToken
    )
    {
        if (manifests.Count == 0)
        {
            return;
        }

        ResourceCatalog catalog = await ResourceCatalog.LoadAsync(host.Client, cancellationToken);
        Applier applier = new(host.Client, "default");
        foreach (Manifest manifest in manifests)
        {
            Console.WriteLine(
                await applier.ApplyAsync(catalog, manifest, new ApplySettings(), cancellationToken)
            );
        }
    }
}
