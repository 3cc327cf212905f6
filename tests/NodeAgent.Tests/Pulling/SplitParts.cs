using LlmOperator.Models.Gguf;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.NodeAgent.Tests.Pulling;

/// <summary>A small model in three parts.</summary>
internal static class SplitParts
{
    public const int Count = 3;

    /// <summary>One part, from 0.</summary>
    public static byte[] Part(int number)
    {
        GgufBuilder builder = number == 0 ? new GgufBuilder().Text("general.architecture", "llama") : new();
        return builder
            .UInt32("split.no", (uint)number)
            .UInt32("split.count", Count)
            .UInt32("split.tensors.count", Count)
            .Tensor($"t{number}", GgmlType.F32, [4])
            .Build();
    }

    /// <summary>Writes all parts into a folder under the names that the engine expects.</summary>
    /// <returns>Path of the first one.</returns>
    public static async Task<string> WriteAsync(string folder, CancellationToken cancellationToken)
    {
        string[] paths =
        [
            .. Enumerable
                .Range(1, Count)
                .Select(number => Path.Combine(folder, $"m-{number:00000}-of-{Count:00000}.gguf")),
        ];
        foreach ((int index, string path) in paths.Index())
        {
            await File.WriteAllBytesAsync(path, Part(index), cancellationToken);
        }

        return paths[0];
    }
}
