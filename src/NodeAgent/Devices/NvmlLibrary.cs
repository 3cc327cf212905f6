using System.Runtime.InteropServices;
using System.Text;

namespace LlmOperator.NodeAgent.Devices;

/// <summary>
/// NVML, loaded when it is there (nvml.h of CUDA 12, API version 2). A missing library means no GPUs and is no error.
/// Thread-safe: NVML is.
/// </summary>
internal sealed unsafe class NvmlLibrary : INvml, IDisposable
{
    public const string DefaultName = "libnvidia-ml.so.1";

    private const int Success = 0;
    private const uint GpuSensor = 0;
    private const int TextBytes = 96;
    private const uint MostDevices = 64;
    private const int MostProcesses = 256;
    private const ulong NotAvailable = ulong.MaxValue;

    private readonly nint _library;
    private readonly delegate* unmanaged<int> _shutdown;
    private readonly delegate* unmanaged<uint*, int> _count;
    private readonly delegate* unmanaged<uint, nint*, int> _handle;
    private readonly delegate* unmanaged<nint, byte*, uint, int> _name;
    private readonly delegate* unmanaged<nint, byte*, uint, int> _uuid;
    private readonly delegate* unmanaged<nint, NvmlMemory*, int> _memory;
    private readonly delegate* unmanaged<nint, NvmlUtilization*, int> _utilization;
    private readonly delegate* unmanaged<nint, uint, uint*, int> _temperature;
    private readonly delegate* unmanaged<nint, uint*, NvmlProcess*, int> _processes;

    /// <summary>Loads the library by name or path.</summary>
    public NvmlLibrary(string name = DefaultName)
    {
        if (
            !NativeLibrary.TryLoad(name, out _library)
            || !TryFind("nvmlInit_v2", out nint init)
            || !TryFind("nvmlShutdown", out nint shutdown)
            || !TryFind("nvmlDeviceGetCount_v2", out nint count)
            || !TryFind("nvmlDeviceGetHandleByIndex_v2", out nint handle)
            || !TryFind("nvmlDeviceGetName", out nint deviceName)
            || !TryFind("nvmlDeviceGetUUID", out nint uuid)
            || !TryFind("nvmlDeviceGetMemoryInfo", out nint memory)
            || !TryFind("nvmlDeviceGetUtilizationRates", out nint utilization)
            || !TryFind("nvmlDeviceGetTemperature", out nint temperature)
            || ((delegate* unmanaged<int>)init)() != Success
        )
        {
            return;
        }

        _shutdown = (delegate* unmanaged<int>)shutdown;
        _count = (delegate* unmanaged<uint*, int>)count;
        _handle = (delegate* unmanaged<uint, nint*, int>)handle;
        _name = (delegate* unmanaged<nint, byte*, uint, int>)deviceName;
        _uuid = (delegate* unmanaged<nint, byte*, uint, int>)uuid;
        _memory = (delegate* unmanaged<nint, NvmlMemory*, int>)memory;
        _utilization = (delegate* unmanaged<nint, NvmlUtilization*, int>)utilization;
        _temperature = (delegate* unmanaged<nint, uint, uint*, int>)temperature;
        // Both fill the same structure; drivers before 510 have neither, and then nothing tells.
        _processes = (delegate* unmanaged<nint, uint*, NvmlProcess*, int>)(
            TryFind("nvmlDeviceGetComputeRunningProcesses_v3", out nint third) ? third
            : TryFind("nvmlDeviceGetComputeRunningProcesses_v2", out nint second) ? second
            : 0
        );
        IsLoaded = true;
    }

    /// <summary>True when the library works.</summary>
    public bool IsLoaded { get; private set; }

    public IReadOnlyList<NvmlReading> Read()
    {
        uint count = 0;
        if (!IsLoaded || _count(&count) != Success)
        {
            return [];
        }

        List<NvmlReading> readings = [];
        for (uint i = 0; i < Math.Min(count, MostDevices); i++)
        {
            nint device = 0;
            NvmlMemory memory = default;
            if (_handle(i, &device) == Success && _memory(device, &memory) == Success)
            {
                readings.Add(ReadDevice(device, memory));
            }
        }

        return readings;
    }

    public long? ProcessBytes(string uuid, int processId)
    {
        uint devices = 0;
        if (!IsLoaded || _processes == null || _count(&devices) != Success)
        {
            return null;
        }

        for (uint i = 0; i < Math.Min(devices, MostDevices); i++)
        {
            nint device = 0;
            if (_handle(i, &device) == Success && Text(_uuid, device) == uuid)
            {
                return ProcessBytes(device, processId);
            }
        }

        return null;
    }

    public void Dispose()
    {
        if (IsLoaded)
        {
            IsLoaded = false;
            _ = _shutdown();
        }

        if (_library != 0)
        {
            NativeLibrary.Free(_library);
        }
    }

    private NvmlReading ReadDevice(nint device, NvmlMemory memory)
    {
        NvmlUtilization utilization = default;
        uint temperature = 0;
        bool hasUtilization = _utilization(device, &utilization) == Success;
        bool hasTemperature = _temperature(device, GpuSensor, &temperature) == Success;
        return new NvmlReading(
            Text(_name, device),
            Text(_uuid, device),
            (long)memory.Total,
            (long)memory.Used,
            hasUtilization ? (int)utilization.Gpu : null,
            hasTemperature ? (int)temperature : null
        );
    }

    private long? ProcessBytes(nint device, int processId)
    {
        uint count = MostProcesses;
        NvmlProcess[] processes = new NvmlProcess[MostProcesses];
        fixed (NvmlProcess* buffer = processes)
        {
            if (_processes(device, &count, buffer) != Success)
            {
                return null;
            }
        }

        foreach (NvmlProcess process in processes.AsSpan(0, (int)Math.Min(count, MostProcesses)))
        {
            if (process.Id == processId)
            {
                return process.UsedBytes == NotAvailable ? null : (long)process.UsedBytes;
            }
        }

        return null;
    }

    private static string Text(delegate* unmanaged<nint, byte*, uint, int> read, nint device)
    {
        byte* buffer = stackalloc byte[TextBytes];
        if (read(device, buffer, TextBytes) != Success)
        {
            return "";
        }

        ReadOnlySpan<byte> bytes = new(buffer, TextBytes);
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }

    private bool TryFind(string symbol, out nint address) =>
        NativeLibrary.TryGetExport(_library, symbol, out address);

    // nvmlMemory_t: total, free, used, in bytes.
    [StructLayout(LayoutKind.Sequential)]
    private struct NvmlMemory
    {
        public ulong Total;
        public ulong Free;
        public ulong Used;
    }

    // nvmlProcessInfo_t as of version 2.
    [StructLayout(LayoutKind.Sequential)]
    private struct NvmlProcess
    {
        public uint Id;
        public ulong UsedBytes;
        public uint GpuInstance;
        public uint ComputeInstance;
    }

    // nvmlUtilization_t: percent over the last sample period.
    [StructLayout(LayoutKind.Sequential)]
    private struct NvmlUtilization
    {
        public uint Gpu;
        public uint Memory;
    }
}
