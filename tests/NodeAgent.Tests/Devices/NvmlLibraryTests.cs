using System.Diagnostics;
using LlmOperator.Engines;
using LlmOperator.NodeAgent.Devices;
using LlmOperator.NodeAgent.Memory;

namespace LlmOperator.NodeAgent.Tests.Devices;

public sealed class NvmlLibraryTests
{
    private const string Compiler = "/usr/bin/cc";

    private const string FakeLibrary = """
        #include <string.h>
        typedef struct { unsigned long long total, free, used; } memory_t;
        typedef struct { unsigned int gpu, memory; } utilization_t;
        int nvmlInit_v2(void) { return 0; }
        int nvmlShutdown(void) { return 0; }
        int nvmlDeviceGetCount_v2(unsigned int *n) { *n = 2; return 0; }
        int nvmlDeviceGetHandleByIndex_v2(unsigned int i, void **d) { *d = (void *)(unsigned long)(i + 1); return 0; }
        int nvmlDeviceGetName(void *d, char *s, unsigned int n) { strncpy(s, d == (void *)1 ? "NVIDIA First" : "NVIDIA Second", n); return 0; }
        int nvmlDeviceGetUUID(void *d, char *s, unsigned int n) { strncpy(s, d == (void *)1 ? "GPU-1" : "GPU-2", n); return 0; }
        int nvmlDeviceGetMemoryInfo(void *d, memory_t *m) { m->total = 24000000000ULL; m->used = 1000000000ULL; m->free = 23000000000ULL; return 0; }
        int nvmlDeviceGetUtilizationRates(void *d, utilization_t *u) { if (d == (void *)2) return 3; u->gpu = 42; u->memory = 7; return 0; }
        typedef struct { unsigned int pid; unsigned long long used; unsigned int gi, ci; } process_t;
        int nvmlDeviceGetComputeRunningProcesses_v3(void *d, unsigned int *n, process_t *p) {
          if (d == (void *)2) return 3;
          if (*n < 2) return 7;
          p[0].pid = 41; p[0].used = ~0ULL; p[1].pid = 42; p[1].used = 5000000000ULL; *n = 2; return 0; }
        int nvmlDeviceGetTemperature(void *d, int sensor, unsigned int *t) { if (d == (void *)2) return 3; *t = 66; return 0; }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Read_NoLibrary_IsNoGpus()
    {
        using NvmlLibrary nvml = new("libthis-is-not-there.so.1");

        Assert.False(nvml.IsLoaded);
        Assert.Empty(nvml.Read());
    }

    [Fact]
    public async Task Read_FakeLibrary_MarshalsEveryField()
    {
        if (!File.Exists(Compiler))
        {
            // The test of the seam below is what there is.
            return;
        }

        string folder = Directory.CreateTempSubdirectory("nvml-").FullName;
        string source = Path.Combine(folder, "nvml.c");
        string library = Path.Combine(folder, "libnvidia-ml.so.1");
        await File.WriteAllTextAsync(source, FakeLibrary, Token);
        using (Process compiler = Process.Start(Compiler, ["-shared", "-fPIC", "-o", library, source]))
        {
            await compiler.WaitForExitAsync(Token);
            Assert.Equal(0, compiler.ExitCode);
        }

        using NvmlLibrary nvml = new(library);

        Assert.Equal(
            [
                new NvmlReading("NVIDIA First", "GPU-1", 24_000_000_000, 1_000_000_000, 42, 66),
                new NvmlReading("NVIDIA Second", "GPU-2", 24_000_000_000, 1_000_000_000, null, null),
            ],
            nvml.Read()
        );
        Assert.Equal(5_000_000_000, nvml.ProcessBytes("GPU-1", 42));
        Assert.Null(nvml.ProcessBytes("GPU-1", 41));
        Assert.Null(nvml.ProcessBytes("GPU-1", 43));
        Assert.Null(nvml.ProcessBytes("GPU-2", 42));
        Assert.Null(nvml.ProcessBytes("GPU-3", 42));
    }

    [Fact]
    public async Task ReadAsync_EngineAndNvml_AreMerged()
    {
        FixedNvml nvml = new(new NvmlReading("NVIDIA First", "GPU-1", 24_000, 1_000, 42, 66));
        EngineDevice[] listed =
        [
            new("CUDA0", "NVIDIA First", 23_900, 22_000),
            new("Vulkan0", "Other", 8_000, 7_000),
        ];
        DeviceInventory inventory = new(() => listed, nvml);

        IReadOnlyList<DeviceReading> devices = await inventory.ReadAsync(Token);

        Assert.Equal(["CPU", "CUDA0", "Vulkan0"], devices.Select(device => device.Name));
        Assert.InRange(devices[0].AvailableBytes, 1, devices[0].MemoryBytes);
        Assert.Equal(24_000, devices[1].MemoryBytes);
        Assert.Equal("GPU-1", devices[1].Uuid);
        Assert.Equal(66, devices[1].TemperatureCelsius);
        Assert.Equal(1_000, devices[2].UsedBytes);
    }

    [Fact]
    public async Task Read_ProcessOfAnEngine_IsMeasuredOnEachDeviceThatTells()
    {
        FixedNvml nvml = new(new NvmlReading("NVIDIA First", "GPU-1", 24_000, 1_000, 42, 66));
        DeviceInventory inventory = new(() => [new("CUDA0", "NVIDIA First", 23_900, 22_000)], nvml);
        await inventory.ReadAsync(Token);
        EngineMemory memory = new(inventory, nvml);

        IReadOnlyDictionary<string, long> bytes = memory.Read(Environment.ProcessId, ["CUDA0", "Vulkan0"]);

        Assert.Equal(["CPU", "CUDA0"], bytes.Keys.Order());
        Assert.True(bytes["CPU"] > 1 << 20);
        Assert.Equal(777, bytes["CUDA0"]);
    }

    private sealed class FixedNvml(params NvmlReading[] readings) : INvml
    {
        public IReadOnlyList<NvmlReading> Read() => readings;

        public long? ProcessBytes(string uuid, int processId) =>
            readings.Any(reading => reading.Uuid == uuid) && processId == Environment.ProcessId ? 777 : null;
    }
}
