using System.CommandLine;
using System.Net;
using LlmOperator.Cli.Connection;
using LlmOperator.NodeAgent.Serving.Registry;

namespace LlmOperator.Cli.Commands;

/// <summary><c>llmop registry</c>: serves models to other machines, for sites without a network.</summary>
internal static class RegistryCommand
{
    private const int DefaultPort = 11401;
    private const int LeastTokenLength = 16;

    /// <summary>Builds the command.</summary>
    public static Command Create(CommonOptions common)
    {
        Command command = new(
            "registry",
            "Offers models by the Ollama registry protocol, from a folder of its own"
        );
        Option<string[]> imports = new("--import")
        {
            Description = "NAME=FILE.gguf: copies a file into the registry under a name; may be repeated",
            HelpName = "NAME=FILE",
        };
        Option<string> listen = new("--listen")
        {
            Description = "Address and port; anything beyond 127.0.0.1 needs --token-file",
            HelpName = "ADDRESS:PORT",
            DefaultValueFactory = _ => $"127.0.0.1:{DefaultPort}",
        };
        Option<string?> tokenFile = new("--token-file")
        {
            Description = "File with the token that clients must send",
            HelpName = "FILE",
        };
        command.Options.Add(imports);
        command.Options.Add(listen);
        command.Options.Add(tokenFile);
        command.Options.Add(common.DataDirectory);
        command.SetAction(
            async (result, cancellationToken) =>
            {
                string data = DataDirectory.Resolve(result.GetValue(common.DataDirectory)).Path;
                string? token = result.GetValue(tokenFile) is { } file
                    ? TokenFile.Read("--token-file", file, LeastTokenLength)
                    : null;
                RegistryOptions options = new()
                {
                    StoreDirectory = Path.Combine(data, "registry"),
                    ListenAddress = ReadAddress(result.GetRequiredValue(listen)),
                    Token = token,
                };
                await using RegistryHost host = await RegistryHost.StartAsync(options, cancellationToken);
                foreach (string import in result.GetValue(imports) ?? [])
                {
                    await ImportAsync(host, import, cancellationToken);
                }

                Console.WriteLine(
                    $"Registry at {host.Address}; use names such as {host.Address.Authority}/NAME:TAG. Ctrl-C stops."
                );
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
                return 0;
            }
        );
        return command;
    }

    private static async Task ImportAsync(
        RegistryHost host,
        string import,
        CancellationToken cancellationToken
    )
    {
        int separator = import.IndexOf('=', StringComparison.Ordinal);
        if (separator < 1 || separator == import.Length - 1)
        {
            throw new CliException(
                $"--import {import} is not NAME=FILE, for example llmop/demo:latest=demo.gguf.",
                exitCode: 2
            );
        }

        string file = import[(separator + 1)..];
        if (!File.Exists(file))
        {
            throw new CliException($"--import: the file {file} does not exist.");
        }

        await host.Store.ImportAsync(file, import[..separator], cancellationToken);
        Console.WriteLine($"imported {import[..separator]}");
    }

    private static IPEndPoint ReadAddress(string text) =>
        IPEndPoint.TryParse(text, out IPEndPoint? address)
            ? address
            : throw new CliException(
                $"--listen {text} is no address with a port, for example 127.0.0.1:{DefaultPort}.",
                exitCode: 2
            );
}
