using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Engines;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Models.Memory;
using LlmOperator.NodeAgent.Store;
using EngineKind = LlmOperator.Api.V1Alpha1.EngineKind;
using KvCacheType = LlmOperator.Models.Memory.KvCacheType;

namespace LlmOperator.NodeAgent.Replicas;

/// <summary>How a replica's spec is launched. Pure.</summary>
internal static class LaunchPlan
{
    private const string Threads = "threads";

    public static EngineLaunch Build(
        ObjectKey key,
        ModelReplicaSpec spec,
        ModelPaths? paths,
        string runtimeFolder,
        Action<string> onLine
    )
    {
        ReplicaEngine engine = spec.Engine;
        IReadOnlyList<string> devices =
        [
            .. (engine.Devices ?? []).Where(device => device != Devices.DeviceReading.CpuName),
        ];
        return new EngineLaunch
        {
            Alias = spec.ModelName,
            Model = paths?.Weights ?? spec.Artifact.Source.Ollama?.Name ?? spec.ModelName,
            ProjectorPath = paths?.Projector,
            AdapterPaths = paths?.Adapters ?? [],
            // They came with the model.
            ApplyAdapters = true,
            RuntimeFolder = RuntimeFolder(runtimeFolder, key),
            Devices = devices,
            Load = new LoadParameters
            {
                ContextLength = engine.ContextLength,
                ParallelSequences = engine.ParallelSequences,
                KvCacheType = Enum.Parse<KvCacheType>(engine.KvCacheType.ToString()),
                DeviceCount = devices.Count,
                GpuLayers = devices.Count == 0 ? null : engine.GpuLayers,
                CpuExpertLayers = devices.Count == 0 ? 0 : engine.CpuExpertLayers,
                // Whole layers as shares: the engine's own rounding gives each device just these.
                TensorSplit =
                    engine.LayersPerDevice?.Count == devices.Count && devices.Count > 1
                        ? [.. engine.LayersPerDevice.Select(layers => (double)layers)]
                        : [],
            },
            ExtraOptions =
            [
                .. (engine.Arguments ?? [])
                    .Where(argument => argument.Name != Threads)
                    .Select(argument => new EngineOption(argument.Name, argument.Value)),
            ],
            Threads = ThreadsOf(engine),
            OnLine = onLine,
        };
    }

    /// <summary>True for engines that load the file from our store.</summary>
    public static bool NeedsFiles(EngineKind kind) => kind == EngineKind.LlamaCpp;

    /// <summary>Folder of a replica's socket: short, because a socket's path must be.</summary>
    public static string RuntimeFolder(string parent, ObjectKey key) =>
        Path.Combine(
            parent,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.ToString())))[..12]
        );

    private static int? ThreadsOf(ReplicaEngine engine) =>
        engine.Arguments?.FirstOrDefault(argument => argument.Name == Threads)?.Value is { } text
            ? int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int threads)
            && threads is > 0 and <= 1024
                ? threads
                : throw new EngineException(
                    EngineFailure.InvalidLaunch,
                    $"The engine argument 'threads' takes a whole number from 1 to 1024, not '{text}'."
                )
            : null;
}
