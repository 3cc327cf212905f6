using System.Globalization;
using LlmOperator.Models.Memory;

namespace LlmOperator.Engines.LlamaCpp;

/// <summary>The only place where arguments of llama-server are written. They go to the process as a list, no shell.</summary>
public static class LlamaServerArguments
{
    /// <summary>Arguments of a server that listens on <paramref name="socketPath"/>.</summary>
    /// <exception cref="EngineException">A path is not absolute, or an option is not allowed.</exception>
    public static IReadOnlyList<string> Build(
        EngineLaunch launch,
        string socketPath,
        LlamaServerCapabilities capabilities
    )
    {
        List<string> arguments =
        [
            "--model",
            Absolute(launch.Model, "model"),
            "--alias",
            launch.Alias,
            "--host",
            socketPath,
        ];
        AddMemory(arguments, launch.Load);
        AddDevices(arguments, launch);
        AddFiles(arguments, launch);
        AddServer(arguments, launch, capabilities);
        foreach (EngineOption option in launch.ExtraOptions)
        {
            arguments.AddRange(LlamaServerOptions.Arguments(option));
        }

        return arguments;
    }

    /// <summary>
    /// The arguments that make the engine print its projection for <paramref name="serving"/> before it loads.
    /// </summary>
    public static IReadOnlyList<string> ForProjection(IReadOnlyList<string> serving) =>
        [.. serving.Where((argument, i) => !IsFit(serving, i)), "--fit", "on", "--verbosity", "5"];

    private static bool IsFit(IReadOnlyList<string> arguments, int index) =>
        string.Equals(arguments[index], "--fit", StringComparison.Ordinal)
        || (index > 0 && string.Equals(arguments[index - 1], "--fit", StringComparison.Ordinal));

    private static void AddMemory(List<string> arguments, LoadParameters load)
    {
        string cache = load.KvCacheType.ToString().ToLowerInvariant();
        arguments.AddRange([
            "--ctx-size",
            Text(load.TotalContext),
            "--parallel",
            Text(load.ParallelSequences),
        ]);
        arguments.AddRange(["--cache-type-k", cache, "--cache-type-v", cache]);
        arguments.AddRange(["--flash-attn", load.FlashAttention ? "on" : "off"]);
        if (load.UnifiedCache)
        {
            arguments.Add("--kv-unified");
        }

        if (load.CpuExpertLayers > 0)
        {
            arguments.AddRange(["--n-cpu-moe", Text(load.CpuExpertLayers)]);
        }

        arguments.AddRange(["--ubatch-size", Text(load.MicroBatch)]);
        if (load.MicroBatch > EngineBatch)
        {
            arguments.AddRange(["--batch-size", Text(load.MicroBatch)]);
        }
    }

    // The engine's default logical batch; a larger micro-batch needs a larger one.
    private const int EngineBatch = 2048;

    private static void AddDevices(List<string> arguments, EngineLaunch launch)
    {
        if (launch.Devices.Count == 0)
        {
            arguments.AddRange(["--device", "none", "--gpu-layers", "0"]);
            return;
        }

        arguments.AddRange(["--device", string.Join(',', launch.Devices.Select(DeviceName))]);
        arguments.AddRange(["--gpu-layers", launch.Load.GpuLayers is { } layers ? Text(layers) : "all"]);
        if (launch.Devices.Count > 1)
        {
            // Without shares the engine splits by free memory, which no plan can foresee.
            IEnumerable<double> shares =
                launch.Load.TensorSplit.Count == launch.Devices.Count
                    ? launch.Load.TensorSplit
                    : launch.Devices.Select(_ => 1.0);
            arguments.AddRange([
                "--tensor-split",
                string.Join(',', shares.Select(s => s.ToString(CultureInfo.InvariantCulture))),
            ]);
            if (launch.Load.SplitMode == SplitMode.Row)
            {
                arguments.AddRange(["--split-mode", "row"]);
            }
        }
    }

    private static void AddFiles(List<string> arguments, EngineLaunch launch)
    {
        if (launch.ProjectorPath is { } projector)
        {
            arguments.AddRange(["--mmproj", Absolute(projector, "projector")]);
        }

        if (launch.AdapterPaths.Count > 0)
        {
            // The engine takes several adapters in one argument, separated by commas.
            if (launch.AdapterPaths.Any(path => path.Contains(',', StringComparison.Ordinal)))
            {
                throw new EngineException(
                    EngineFailure.InvalidLaunch,
                    "An adapter's path contains a comma, which the engine cannot take; rename the file."
                );
            }

            IEnumerable<string> paths = launch.AdapterPaths.Select(path => Absolute(path, "adapter"));
            arguments.AddRange(["--lora", string.Join(',', paths)]);
            if (!launch.ApplyAdapters)
            {
                arguments.Add("--lora-init-without-apply");
            }
        }
    }

    private static void AddServer(
        List<string> arguments,
        EngineLaunch launch,
        LlamaServerCapabilities capabilities
    )
    {
        if (launch.Threads is { } threads)
        {
            arguments.AddRange(["--threads", Text(threads)]);
        }

        if (launch.Embeddings)
        {
            arguments.Add("--embeddings");
        }

        arguments.Add("--metrics");
        AddIfKnown(arguments, capabilities, ["--no-ui", "--no-webui"]);
        AddIfKnown(arguments, capabilities, ["--jinja"]);
        AddIfKnown(arguments, capabilities, ["--offline"]);
        if (capabilities.Has("--cache-ram"))
        {
            arguments.AddRange(["--cache-ram", Text(launch.PromptCacheMiB)]);
        }

        if (launch.SlotFolder is { } folder && capabilities.Has("--slot-save-path"))
        {
            arguments.AddRange([
                "--slot-save-path",
                Absolute(folder, "folder of slots") + Path.DirectorySeparatorChar,
            ]);
        }

        if (capabilities.Has("--fit"))
        {
            // What was planned is what is loaded.
            arguments.AddRange(["--fit", "off"]);
        }
    }

    private static void AddIfKnown(
        List<string> arguments,
        LlamaServerCapabilities capabilities,
        string[] names
    )
    {
        string? known = names.FirstOrDefault(capabilities.Has);
        if (known is not null)
        {
            arguments.Add(known);
        }
    }

    private static string DeviceName(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':')
            ? name
            : throw new EngineException(
                EngineFailure.InvalidLaunch,
                $"'{name}' is not the name of a device."
            );

    private static string Absolute(string path, string what) =>
        Path.IsPathFullyQualified(path)
            ? path
            : throw new EngineException(
                EngineFailure.InvalidLaunch,
                $"The {what}'s path '{path}' is not absolute; give the full path."
            );

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
