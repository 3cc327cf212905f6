using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOperator.NodeAgent.Devices;

/// <summary>A graphics card as Linux lists it below <c>/sys/class/drm</c>.</summary>
/// <param name="Vendor">Who made it: the vendor's number on the PCI bus in lower case, such as <c>10de</c>.</param>
/// <param name="IsIntegrated">Whether it has no memory but the machine's.</param>
/// <param name="OwnBytes">Memory that is its own or was set aside for it at boot; null when the driver does not say.</param>
internal sealed partial record DrmCard(string Vendor, bool IsIntegrated, long? OwnBytes)
{
    public const string Amd = "1002";
    public const string Intel = "8086";
    public const string Nvidia = "10de";

    // Intel's integrated graphics are always there; cards sit behind a bridge, on another bus.
    private const string IntelIntegratedSlot = "0000:00:02.0";

    // NVIDIA GB10, whose GPU has the processor's memory (DGX Spark).
    private const string Gb10 = "10de:2e12";

    // card0, but not card0-HDMI-A-1, which is a connector.
    [GeneratedRegex("^card[0-9]+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CardName();

    /// <summary>All cards on the PCI bus, in the order of their names; none where the system lists none.</summary>
    /// <param name="root">Root of the file system; another one in tests.</param>
    public static IReadOnlyList<DrmCard> List(string root = "/")
    {
        string folder = Path.Combine(root, "sys/class/drm");
        try
        {
            return
            [
                .. Directory
                    .EnumerateFileSystemEntries(folder)
                    .Where(path => CardName().IsMatch(Path.GetFileName(path)))
                    .Order(StringComparer.Ordinal)
                    .Select(path => Read(Path.Combine(path, "device")))
                    .OfType<DrmCard>(),
            ];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Not Linux, or a container that hides it.
            return [];
        }
    }

    // DRIVER=amdgpu
    // PCI_ID=1002:15BF
    // PCI_SLOT_NAME=0000:c1:00.0
    private static DrmCard? Read(string device)
    {
        Dictionary<string, string> facts = Lines(Path.Combine(device, "uevent"))
            .Select(line => line.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0])
            .ToDictionary(pair => pair[0], pair => pair[1].Trim());
        if (facts.GetValueOrDefault("PCI_ID")?.ToLowerInvariant() is not { Length: 9 } id)
        {
            return null;
        }

        string vendor = id[..4];
        long? own = Number(Path.Combine(device, "mem_info_vram_total"));
        return new DrmCard(
            vendor,
            vendor switch
            {
                Intel => facts.GetValueOrDefault("PCI_SLOT_NAME") == IntelIntegratedSlot,
                Nvidia => id == Gb10,
                // What the firmware set aside is no RAM any more: when that is the larger part, it is memory of its own.
                Amd => IsApu(device)
                    && (own ?? 0) < (Number(Path.Combine(device, "mem_info_gtt_total")) ?? long.MaxValue),
                _ => false,
            },
            own
        );
    }

    // amdgpu shows the voltage of the northbridge of processors with graphics, and of no card.
    private static bool IsApu(string device)
    {
        string folder = Path.Combine(device, "hwmon");
        return Directory.Exists(folder)
            && Directory
                .EnumerateFileSystemEntries(folder)
                .Any(sensor => Lines(Path.Combine(sensor, "in1_label")).FirstOrDefault() == "vddnb");
    }

    private static long? Number(string path) =>
        long.TryParse(
            Lines(path).FirstOrDefault(),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out long value
        )
            ? value
            : null;

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
