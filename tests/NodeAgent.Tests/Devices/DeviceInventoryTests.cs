using LlmOperator.Api.V1Alpha1;
using LlmOperator.Engines;
using LlmOperator.NodeAgent.Devices;

namespace LlmOperator.NodeAgent.Tests.Devices;

/// <summary>Which GPUs share the machine's RAM, as read from folders that look like those of real machines.</summary>
public sealed class DeviceInventoryTests : IDisposable
{
    private const long Mebibyte = 1L << 20;
    private const long Gibibyte = 1L << 30;
    private static readonly EngineDevice s_iris = Device(
        "Vulkan0",
        "Intel(R) Iris(R) Xe Graphics (TGL GT2)",
        11_800
    );
    private static readonly EngineDevice s_radeon780 = Device(
        "Vulkan0",
        "AMD Radeon 780M Graphics (RADV PHOENIX)",
        8_192
    );
    private static readonly EngineDevice s_radeon7900 = Device("ROCm0", "AMD Radeon RX 7900 XTX", 24_560);
    private readonly SystemFolder _system = new(totalMiB: 16_000, availableMiB: 9_000);

    public void Dispose() => _system.Dispose();

    [Fact]
    public async Task ReadAsync_IntelGraphics_ShareTheRamAndWhatIsFreeOfIt()
    {
        AddIntel();

        IReadOnlyList<DeviceReading> readings = await ReadAsync(s_iris);

        Assert.Equal(["CPU", "Vulkan0"], readings.Select(r => r.Name));
        Assert.Equal(DeviceKind.IntegratedGpu, readings[1].Kind);
        Assert.Equal(11_800 * Mebibyte, readings[1].MemoryBytes);
        Assert.Equal(9_000 * Mebibyte, readings[1].AvailableBytes);
        Assert.Equal(DeviceBudgets.Default(readings[0]), DeviceBudgets.Default(readings[1]));
    }

    [Fact]
    public async Task ReadAsync_MoreThanTheContainerMayHave_IsWhatItMayHave()
    {
        AddIntel();
        _system.Write("proc/self/cgroup", "0::/\n");
        _system.Write("sys/fs/cgroup/memory.max", $"{4 * Gibibyte}\n");
        _system.Write("sys/fs/cgroup/memory.current", $"{Gibibyte}\n");

        DeviceReading gpu = (await ReadAsync(s_iris))[1];

        Assert.Equal((4 * Gibibyte, 3 * Gibibyte), (gpu.MemoryBytes, gpu.AvailableBytes));
    }

    [Fact]
    public async Task ReadAsync_NvidiaCardBesideIntelGraphics_EachIsWhatItIs()
    {
        AddIntel();
        _system.AddCard("nvidia", "10DE:2684", "0000:01:00.0");

        IReadOnlyList<DeviceReading> readings = await ReadAsync(
            Device("CUDA0", "NVIDIA GeForce RTX 4090", 24_077),
            s_iris
        );

        Assert.Equal(
            [DeviceKind.Cpu, DeviceKind.Gpu, DeviceKind.IntegratedGpu],
            readings.Select(r => r.Kind)
        );
    }

    [Fact]
    public async Task ReadAsync_IntelArcCard_HasItsOwnMemory()
    {
        _system.AddCard("xe", "8086:E20B", "0000:03:00.0");

        Assert.Equal(
            DeviceKind.Gpu,
            (await ReadAsync(Device("Vulkan0", "Intel(R) Arc(tm) B580 Graphics (BMG G21)", 12_216)))[1].Kind
        );
    }

    [Fact]
    public async Task ReadAsync_AmdProcessorGraphics_ShareTheRam()
    {
        AddApu(ownMiB: 512, sharedMiB: 7_680);

        Assert.Equal(DeviceKind.IntegratedGpu, (await ReadAsync(s_radeon780))[1].Kind);
    }

    [Fact]
    public async Task ReadAsync_AmdProcessorGraphicsWithMostMemorySetAside_HaveThatAsTheirOwn()
    {
        AddApu(ownMiB: 98_304, sharedMiB: 15_800);

        DeviceReading gpu = (await ReadAsync(Device("Vulkan0", "AMD Radeon 8060S (RADV GFX1151)", 114_104)))[
            1
        ];

        Assert.Equal((DeviceKind.Gpu, 98_304 * Mebibyte), (gpu.Kind, gpu.MemoryBytes));
    }

    [Fact]
    public async Task ReadAsync_AmdCardBesideAmdProcessorGraphics_IsToldByItsBytes()
    {
        _system.AddCard(
            "amdgpu",
            "1002:744C",
            "0000:03:00.0",
            ("mem_info_vram_total", $"{24_560 * Mebibyte}"),
            ("mem_info_gtt_total", $"{8_000 * Mebibyte}"),
            ("hwmon/hwmon4/in0_label", "vddgfx")
        );
        AddApu(ownMiB: 512, sharedMiB: 7_680);

        IReadOnlyList<DeviceReading> readings = await ReadAsync(
            s_radeon7900,
            Device("ROCm1", "AMD Radeon Graphics", 8_192)
        );

        Assert.Equal(
            [DeviceKind.Cpu, DeviceKind.Gpu, DeviceKind.IntegratedGpu],
            readings.Select(r => r.Kind)
        );
    }

    [Fact]
    public async Task ReadAsync_Jetson_SharesTheRam()
    {
        _system.Write("proc/device-tree/compatible", "nvidia,p3737-0000+p3701-0005\0nvidia,tegra234\0");

        Assert.Equal(DeviceKind.IntegratedGpu, (await ReadAsync(Device("CUDA0", "Orin", 15_700)))[1].Kind);
    }

    [Fact]
    public async Task ReadAsync_Gb10_SharesTheRam()
    {
        _system.AddCard("nvidia", "10DE:2E12", "000f:01:00.0");

        Assert.Equal(
            DeviceKind.IntegratedGpu,
            (await ReadAsync(Device("CUDA0", "NVIDIA GB10", 15_900)))[1].Kind
        );
    }

    [Fact]
    public async Task ReadAsync_AppleProcessor_SharesTheRam() =>
        Assert.Equal(
            DeviceKind.IntegratedGpu,
            (await ReadAsync(Device("MTL0", "Apple M4 Pro", 12_124)))[1].Kind
        );

    [Fact]
    public async Task ReadAsync_SystemSaysNothing_HasItsOwnMemory()
    {
        DeviceReading gpu = (await ReadAsync(s_radeon7900))[1];

        Assert.Equal((DeviceKind.Gpu, 24_560 * Mebibyte), (gpu.Kind, gpu.MemoryBytes));
    }

    private void AddIntel() => _system.AddCard("i915", "8086:9A49", "0000:00:02.0", ("vendor", "0x8086"));

    private void AddApu(long ownMiB, long sharedMiB) =>
        _system.AddCard(
            "amdgpu",
            "1002:15BF",
            "0000:c1:00.0",
            ("mem_info_vram_total", $"{ownMiB * Mebibyte}"),
            ("mem_info_gtt_total", $"{sharedMiB * Mebibyte}"),
            ("hwmon/hwmon5/in0_label", "vddgfx"),
            ("hwmon/hwmon5/in1_label", "vddnb")
        );

    private async Task<IReadOnlyList<DeviceReading>> ReadAsync(params EngineDevice[] listed) =>
        await new DeviceInventory(() => listed, new NoCards(), _system.Root).ReadAsync(
            TestContext.Current.CancellationToken
        );

    private static EngineDevice Device(string name, string description, long mib) =>
        new(name, description, mib * Mebibyte, mib * Mebibyte);

    private sealed class NoCards : INvml
    {
        public IReadOnlyList<NvmlReading> Read() => [];

        public long? ProcessBytes(string uuid, int processId) => null;
    }
}
