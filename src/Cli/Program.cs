using System.CommandLine;
using LlmOperator.Cli.Commands;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.Cli;

internal static class Program
{
    private const int Interrupted = 130;

    private static async Task<int> Main(string[] args)
    {
        // Ctrl-C and SIGTERM cancel the command's token; it then has this long to stop what it runs.
        InvocationConfiguration configuration = new()
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        };
        try
        {
            return await LlmopCommand.Create().Parse(args).InvokeAsync(configuration);
        }
        catch (CliException e)
        {
            await Console.Error.WriteLineAsync($"llmop: {e.Message}");
            return e.ExitCode;
        }
        catch (KubernetesApiException e)
        {
            await Console.Error.WriteLineAsync($"llmop: {e.Message}");
            return 1;
        }
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync(
                $"llmop: The API server cannot be reached ({e.Message}); start `llmop up`, or name a cluster with --kubeconfig."
            );
            return 1;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or ArgumentException
                        or InvalidDataException
                        or StoreException
            )
        {
            // Files, folders, ports and settings: the message says what is wrong, a stack trace would hide it.
            await Console.Error.WriteLineAsync($"llmop: {e.Message}");
            return 1;
        }
    }
}
