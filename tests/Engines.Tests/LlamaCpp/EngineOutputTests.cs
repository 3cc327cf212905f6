using LlmOperator.Engines.LlamaCpp;

namespace LlmOperator.Engines.Tests.LlamaCpp;

/// <summary>Texts of llama.cpp 0.7.0, as printed.</summary>
public sealed class EngineOutputTests
{
    private const long Mebibyte = 1 << 20;

    [Fact]
    public void DeviceList_SeveralDevices_AreRead()
    {
        IReadOnlyList<EngineDevice> devices = DeviceList.Parse([
            "ggml_vulkan: 0 = something (12 MiB, 3 MiB free)",
            "Available devices:",
            "  CUDA0: NVIDIA GeForce RTX 4090 (24077 MiB, 23692 MiB free)",
            "  Vulkan0: llvmpipe (LLVM 22.1.8, 256 bits) (24105 MiB, 23597 MiB free)",
        ]);

        Assert.Equal(
            [
                new EngineDevice("CUDA0", "NVIDIA GeForce RTX 4090", 24077 * Mebibyte, 23692 * Mebibyte),
                new EngineDevice(
                    "Vulkan0",
                    "llvmpipe (LLVM 22.1.8, 256 bits)",
                    24105 * Mebibyte,
                    23597 * Mebibyte
                ),
            ],
            devices
        );
    }

    [Fact]
    public void DeviceList_None_IsEmpty()
    {
        Assert.Empty(DeviceList.Parse(["Available devices:", "  (none)"]));
    }

    [Fact]
    public void VersionOf_BuildLine_IsTheVersion()
    {
        Assert.Equal(
            "0.7.0 (build 11669, commit Debian)",
            LlamaServerProbe.VersionOf(["load_backend: x", "version: 0.7.0 (build 11669, commit Debian)"])
        );
    }

    [Theory]
    [InlineData("./src/ggml-impl.h:330: fatal error", true)]
    [InlineData("/b/ggml-backend.cpp:1789: GGML_ASSERT(n_inputs < MAX) failed", true)]
    [InlineData("0.00.077.309 D llama_graph_n_input_tensors: input tensor 'x.c:1: y'", false)]
    [InlineData("#22 0x00007f0a61a340d7 in __libc_start_main () from /usr/lib/libc.so.6", false)]
    public void EngineAbort_LineOfACheck_IsToldFromOthers(string line, bool isCheck) =>
        Assert.Equal(isCheck ? line : null, EngineAbort.In(line));

    [Fact]
    public void EngineAbort_TheLoggerHadBegunALine_IsTheCheckAlone() =>
        Assert.Equal(
            "./src/ggml-impl.h:330: fatal error",
            EngineAbort.In("0.00.022.110 ./src/ggml-impl.h:330: fatal error")
        );

    [Fact]
    public void ProjectionParser_TwoDevicesAndRepackedWeights_AreAddedUp()
    {
        ProjectionParser parser = new();
        foreach (string line in s_projection)
        {
            parser.Add(line);
        }

        Assert.True(parser.IsComplete);
        EngineProjection projection = parser.Result();
        Assert.Equal(
            [
                new ProjectedDevice("Host", (62 + 3744) * Mebibyte, 0, 36 * Mebibyte),
                new ProjectedDevice("Vulkan0", 150 * Mebibyte, 40 * Mebibyte, 70 * Mebibyte),
                new ProjectedDevice("Vulkan1", 152 * Mebibyte, 24 * Mebibyte, 60 * Mebibyte),
            ],
            projection.Devices
        );
        Assert.Equal(64 * Mebibyte, projection.KvCacheBytes);
    }

    [Fact]
    public void ProjectionParser_Projector_IsAddedToItsPlaces()
    {
        ProjectionParser parser = new();
        foreach (
            string line in (string[])
                [
                    "0.00.111.256 D srv    load_model: [mtmd] adding 1.50 MiB to fit_params_target for device Vulkan0",
                    "0.00.111.271 D srv    load_model: [mtmd] adding 0.50 MiB to fit_params_target for device CPU",
                    .. s_projection,
                ]
        )
        {
            parser.Add(line);
        }

        IReadOnlyList<ProjectedDevice> devices = parser.Result().Devices;
        Assert.Equal((36 * Mebibyte) + (Mebibyte / 2), devices[0].ComputeBytes);
        Assert.Equal((70 * Mebibyte) + (Mebibyte * 3 / 2), devices[1].ComputeBytes);
        Assert.Equal(60 * Mebibyte, devices[2].ComputeBytes);
    }

    private static readonly string[] s_projection =
    [
        "0.00.005.531 I common_params_fit_impl: getting device memory data for initial parameters:",
        "0.00.006.202 I llama_kv_cache: size =   64.00 MiB (  4096 cells,   8 layers,  1/1 seqs), K (f16):   32.00 MiB, V (f16):   32.00 MiB",
        "0.00.006.838 I common_memory_breakdown_print: | memory breakdown [MiB]                         | total    free     self   model   context   compute    unaccounted |",
        "0.00.006.838 I common_memory_breakdown_print: |   - Vulkan0 (llvmpipe (LLVM 22.1.8, 256 bits)) | 24105 = 23079 + ( 260 =   150 +      40 +      70) +         766 |",
        "0.00.006.838 I common_memory_breakdown_print: |   - Vulkan1 (llvmpipe (LLVM 22.1.8, 256 bits)) | 24105 = 23079 + ( 236 =   152 +      24 +      60) +         -69 |",
        "0.00.006.838 I common_memory_breakdown_print: |   - Host                                       |                    98 =    62 +       0 +      36                |",
        "0.00.006.838 I common_memory_breakdown_print: |   - CPU_REPACK                                 |                  3744 =  3744 +       0 +       0                |",
        "0.00.007.066 I common_params_fit_impl: projected to use 496 MiB of device memory",
        "0.00.008.838 I llama_kv_cache: size =   64.00 MiB (  4096 cells,   8 layers,  1/1 seqs), K (f16):   32.00 MiB, V (f16):   32.00 MiB",
    ];
}
