using System.CommandLine;
using LlmOperator.Cli.Output;
using LlmOperator.Cli.Stores;
using LlmOperator.NodeAgent.Store;
using LlmOperator.NodeAgent.Store.Bundles;

namespace LlmOperator.Cli.Commands.Store;

/// <summary><c>llmop store export</c>.</summary>
internal static class StoreExportCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(StoreOptions options)
    {
        Command command = new("export", "Writes models into one signed file, for sites without a network");
        Argument<string[]> models = new("NAME|DIGEST")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "Names or digests (or their first digits) that llmop store ls shows",
        };
        Option<string> output = new("--output", "-o")
        {
            Description = "File to write, for example models.llmop",
            HelpName = "FILE",
            Required = true,
        };
        Option<string?> key = new("--key")
        {
            Description = "Private key that signs, of llmop store keygen",
            HelpName = "FILE",
        };
        Option<bool> unsigned = new("--unsigned") { Description = "Write the bundle without a signature" };
        command.Arguments.Add(models);
        command.Options.Add(output);
        command.Options.Add(key);
        command.Options.Add(unsigned);
        options.AddTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                string? keyFile = result.GetValue(key);
                if (keyFile is null != result.GetValue(unsigned))
                {
                    throw new CliException(
                        "Give --key FILE (of llmop store keygen), or --unsigned.",
                        exitCode: 2
                    );
                }

                string target = result.GetRequiredValue(output);
                using BundleKey? signer = keyFile is null ? null : BundleKey.Read(keyFile);
                using ModelStore store = ModelStore.OpenShared(
                    options.Read(result).Folder,
                    TimeProvider.System
                );
                IReadOnlyList<StoredModelFiles> known = store.Contents().Models;
                StoredModelFiles[] chosen =
                [
                    .. result
                        .GetRequiredValue(models)
                        .Select(text => StoredModels.Find(known, text))
                        .DistinctBy(model => model.Digest),
                ];
                await BundleWriter.WriteAsync(
                    store,
                    chosen,
                    target,
                    signer,
                    new BundleLine(Console.Error, isTerminal: !Console.IsErrorRedirected),
                    cancellationToken
                );
                foreach (StoredModelFiles model in chosen)
                {
                    Console.WriteLine($"exported {model.Name} {model.Digest}");
                }

                Console.WriteLine(
                    $"{target}: {ByteSize.Format(new FileInfo(target).Length)}, "
                        + (signer is null ? "not signed" : $"signed by {signer.Id}")
                );
                return 0;
            }
        );
        return command;
    }
}
