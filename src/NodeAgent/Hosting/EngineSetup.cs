using LlmOperator.Engines;
using LlmOperator.Engines.LlamaCpp;
using LlmOperator.Engines.Ollama;
using LlmOperator.Engines.OpenAiCompatible;
using LlmOperator.NodeAgent.Replicas;
using Microsoft.Extensions.Logging;

namespace LlmOperator.NodeAgent.Hosting;

/// <summary>Finds the engines that the options name, and cleans up behind an agent that died.</summary>
internal static class EngineSetup
{
    public static EngineCatalog Create(NodeAgentOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        List<IEngine> engines = [];
        string? missing = null;
        try
        {
            engines.Add(
                new LlamaServerEngine(new LlamaServerLocator().LocateRequired(options.EngineCommand), time)
            );
        }
        catch (EngineException error)
        {
            missing = error.Message;
        }

        if (options.OllamaUrl is { } ollama)
        {
            engines.Add(new OllamaEngine(ollama, time));
        }

        if (options.OpenAiCompatibleUrl is { } compatible)
        {
            engines.Add(new OpenAiCompatibleEngine(compatible, apiKey: null, time));
        }

        return new EngineCatalog(engines, missing, loggers.CreateLogger<EngineCatalog>());
    }

    /// <summary>Ends engines that a former agent left, and removes their sockets.</summary>
    public static void RemoveLeftovers(string runDirectory)
    {
        Directory.CreateDirectory(
            runDirectory,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        foreach (string folder in Directory.EnumerateDirectories(runDirectory))
        {
            LlamaServerEngine.EndLeftover(folder);
            Directory.Delete(folder, recursive: true);
        }
    }
}
