namespace LlmOperator.NodeAgent.Tests.Devices;

/// <summary>A root folder with the parts of <c>/proc</c> and <c>/sys</c> that devices are read from, laid out as Linux does.</summary>
internal sealed class SystemFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("sys-");
    private int _cards;

    public SystemFolder(long totalMiB, long availableMiB)
    {
        Write(
            "proc/meminfo",
            $"MemTotal:       {totalMiB * 1024} kB\nMemFree:         1024 kB\nMemAvailable:   {availableMiB * 1024} kB\n"
        );
        Write("sys/class/drm/version", "drm 1.1.0 20060810\n");
    }

    public string Root => _root.FullName;

    /// <summary>A card with a connector and a render node, as the kernel lists them.</summary>
    /// <param name="driver">Name of the driver.</param>
    /// <param name="pciId">Vendor and device in hexadecimal, as in the uevent.</param>
    /// <param name="slot">Place on the PCI bus.</param>
    /// <param name="files">Further files of the device, with what they hold.</param>
    public void AddCard(string driver, string pciId, string slot, params (string Path, string Text)[] files)
    {
        int number = _cards++;
        string device = $"sys/devices/pci{slot[..7]}/{slot}";
        Write(
            $"{device}/uevent",
            $"DRIVER={driver}\nPCI_CLASS=30000\nPCI_ID={pciId}\nPCI_SUBSYS_ID=17AA:3801\nPCI_SLOT_NAME={slot}\nMODALIAS=pci:v0000\n"
        );
        foreach ((string path, string text) in files)
        {
            Write($"{device}/{path}", text + "\n");
        }

        foreach (string name in (string[])[$"card{number}", $"renderD{128 + number}"])
        {
            Write($"{device}/drm/{name}/uevent", $"MAJOR=226\nDEVNAME=dri/{name}\nDEVTYPE=drm_minor\n");
            Link($"{device}/drm/{name}/device", $"../../../{slot}");
            Link($"sys/class/drm/{name}", $"../../devices/pci{slot[..7]}/{slot}/drm/{name}");
        }

        Write($"{device}/drm/card{number}/card{number}-eDP-1/status", "connected\n");
        Link(
            $"sys/class/drm/card{number}-eDP-1",
            $"../../devices/pci{slot[..7]}/{slot}/drm/card{number}/card{number}-eDP-1"
        );
    }

    public void Write(string path, string text)
    {
        string file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void Dispose() => _root.Delete(recursive: true);

    private void Link(string path, string target) =>
        Directory.CreateSymbolicLink(Path.Combine(Root, path), target);
}
