using System.CommandLine;
using LlmOperator.Cli.Output;
using LlmOperator.Cli.Stores;
using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Store;
using LlmOperator.NodeAgent.Store.Bundles;

namespace LlmOperator.Cli.Commands.Store;

/// <summary><c>llmop store import</c>.</summary>
internal static class StoreImportCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(StoreOptions options)
    {
        Command command = new(
            "import",
            "Takes GGUF files, folders of them, or a bundle of llmop store export into the store"
        );
        Argument<string[]> paths = new("FILE|FOLDER|BUNDLE")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "GGUF files (of split models any part), folders, or bundles",
        };
        Option<string?> name = new("--name")
        {
            Description = "Name of the one model, for example team/model:tag; default: the file's name",
            HelpName = "NAME",
        };
        Option<string[]> trust = new("--trust")
        {
            Description =
                "Public key whose bundles are taken, beside trusted-keys/*.pub of the data folder; may be repeated",
            HelpName = "FILE",
        };
        Option<bool> unsigned = new("--allow-unsigned")
        {
            Description = "Also take bundles that nobody signed, or an unknown key",
        };
        command.Arguments.Add(paths);
        command.Options.Add(name);
        command.Options.Add(trust);
        command.Options.Add(unsigned);
        options.AddTo(command);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                StoreLocation location = options.Read(result);
                string[] named = result.GetRequiredValue(paths);
                string[] bundles = [.. named.Where(IsBundle)];
                string[] others = [.. named.Where(path => !IsBundle(path))];
                IReadOnlyList<string> files = others.Length > 0 ? ImportNames.FilesOf(others) : [];
                string? wanted = result.GetValue(name);
                if (wanted is not null && (files.Count != 1 || bundles.Length > 0))
                {
                    throw new CliException("--name is for one GGUF file.", exitCode: 2);
                }

                using TrustedKeys keys = TrustedKeys.Read(result.GetValue(trust) ?? [], location.Data.Path);
                using ModelStore store = Open(location);
                foreach (string file in files)
                {
                    await ImportAsync(store, file, NameOf(file, wanted), cancellationToken);
                }

                BundleTrust trusted = new(keys.Keys, result.GetValue(unsigned));
                foreach (string bundle in bundles)
                {
                    await ImportBundleAsync(store, bundle, trusted, cancellationToken);
                }

                return 0;
            }
        );
        return command;
    }

    // Beside an agent, or where nobody has a store yet.
    private static ModelStore Open(StoreLocation location)
    {
        if (!Directory.Exists(Path.Combine(location.Folder, "blobs", "sha256")))
        {
            ModelStore.Open(location.Folder, TimeProvider.System).Dispose();
        }

        return ModelStore.OpenShared(location.Folder, TimeProvider.System);
    }

    private static bool IsBundle(string path) =>
        File.Exists(path) && !path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase);

    private static OllamaName NameOf(string file, string? wanted) =>
        wanted is null ? ImportNames.Of(file)
        : OllamaName.TryParse(wanted, out OllamaName? name) ? name
        : throw new CliException($"--name {wanted} is no name, for example team/model:tag.", exitCode: 2);

    private static async Task ImportAsync(
        ModelStore store,
        string file,
        OllamaName name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            StoredModelFiles model = await store.ImportAsync(file, name, cancellationToken);
            Console.WriteLine($"imported {model.Name} {model.Digest} {ByteSize.Format(model.SizeBytes)}");
        }
        catch (LlmOperator.Models.Gguf.InvalidModelException error)
        {
            throw new CliException($"{file} was not imported: {error.Message}");
        }
    }

    private static async Task ImportBundleAsync(
        ModelStore store,
        string file,
        BundleTrust trust,
        CancellationToken cancellationToken
    )
    {
        BundleImport import = await BundleReader.ImportAsync(
            store,
            file,
            trust,
            new BundleLine(Console.Error, isTerminal: !Console.IsErrorRedirected),
            cancellationToken
        );
        Console.WriteLine(
            import.SignedBy is { } key
                ? $"{file} is signed by {key}"
                : $"{file} is not signed by a trusted key"
        );
        foreach (StoredModelFiles model in import.Models)
        {
            Console.WriteLine($"imported {model.Name} {model.Digest} {ByteSize.Format(model.SizeBytes)}");
        }

        Console.WriteLine($"{ByteSize.Format(import.NewBytes)} were new");
    }
}
