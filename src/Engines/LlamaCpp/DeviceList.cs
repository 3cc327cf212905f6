using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOperator.Engines.LlamaCpp;

/// <summary>Reads what <c>llama-server --list-devices</c> prints.</summary>
internal static partial class DeviceList
{
    private const long Mebibyte = 1 << 20;

    // Available devices:
    //   CUDA0: NVIDIA GeForce RTX 4090 (24077 MiB, 23692 MiB free)
    //   Vulkan0: llvmpipe (LLVM 19.1.7, 256 bits) (24105 MiB, 24105 MiB free)
    [GeneratedRegex(
        @"^\s+(?<name>[A-Za-z0-9_.-]+): (?<text>.*) \((?<total>\d+) MiB, (?<free>\d+) MiB free\)\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Line();

    public static IReadOnlyList<EngineDevice> Parse(IEnumerable<string> lines)
    {
        List<EngineDevice> devices = [];
        bool listed = false;
        foreach (string line in lines)
        {
            if (line.StartsWith("Available devices", StringComparison.Ordinal))
            {
                listed = true;
            }
            else if (listed && Line().Match(line) is { Success: true } match)
            {
                devices.Add(
                    new EngineDevice(
                        match.Groups["name"].Value,
                        match.Groups["text"].Value,
                        Bytes(match.Groups["total"].Value),
                        Bytes(match.Groups["free"].Value)
                    )
                );
            }
        }

        return devices;
    }

    private static long Bytes(string mebibytes) =>
        long.Parse(mebibytes, CultureInfo.InvariantCulture) * Mebibyte;
}
