using LlmOperator.Engines;

namespace LlmOperator.NodeAgent.Devices;

/// <summary>
/// Which of the engine's devices have no memory but the machine's, as far as the system says so. What it does not say
/// counts as a GPU with memory of its own.
/// </summary>
/// <param name="root">Root of the file system; another one in tests.</param>
internal sealed class SharedMemoryGpus(string root = "/")
{
    private readonly IReadOnlyList<DrmCard> _cards = DrmCard.List(root);
    private readonly bool _isTegra = ReadText(Path.Combine(root, "proc/device-tree/compatible"))
        .Split('\0')
        .Any(name => name.StartsWith("nvidia,tegra", StringComparison.Ordinal));

    /// <summary>Whether a device shares the machine's RAM.</summary>
    public bool Contains(EngineDevice device)
    {
        if (IsApple(device))
        {
            return true;
        }

        string? vendor = VendorOf(device);
        List<DrmCard> cards = [.. _cards.Where(card => card.Vendor == vendor)];
        if (cards.Count == 0)
        {
            // The GPU of a Jetson is on no PCI bus.
            return vendor == DrmCard.Nvidia && _isTegra;
        }

        return cards.All(card => card.IsIntegrated)
            || (cards.Any(card => card.IsIntegrated) && IsNoneOf(device, cards));
    }

    /// <summary>Memory of a device: not more than what is its own, where the system says how much that is.</summary>
    public long OwnBytes(EngineDevice device)
    {
        string? vendor = VendorOf(device);
        List<DrmCard> cards = [.. _cards.Where(card => card.Vendor == vendor)];
        return cards is [{ IsIntegrated: false, OwnBytes: { } own and > 0 }]
            ? Math.Min(own, device.TotalBytes)
            : device.TotalBytes;
    }

    // Beside an integrated GPU a card is known by its bytes; where a card does not say them, nothing tells the two apart.
    private static bool IsNoneOf(EngineDevice device, List<DrmCard> cards) =>
        cards
            .Where(card => !card.IsIntegrated)
            .All(card =>
                card.OwnBytes is { } own
                && Math.Abs(own - device.TotalBytes) > Math.Max(own, device.TotalBytes) / 8
            );

    private static bool IsApple(EngineDevice device) =>
        StartsWith(device.Name, "MTL", "Metal") && StartsWith(device.Description, "Apple");

    private static string? VendorOf(EngineDevice device) =>
        StartsWith(device.Name, "CUDA") || Contains(device.Description, "NVIDIA") ? DrmCard.Nvidia
        : StartsWith(device.Name, "ROCm") || Contains(device.Description, "AMD", "Radeon") ? DrmCard.Amd
        : Contains(device.Description, "Intel") ? DrmCard.Intel
        : null;

    private static bool StartsWith(string text, params ReadOnlySpan<string> starts)
    {
        foreach (string start in starts)
        {
            if (text.StartsWith(start, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Contains(string text, params ReadOnlySpan<string> words)
    {
        foreach (string word in words)
        {
            if (text.Contains(word, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
