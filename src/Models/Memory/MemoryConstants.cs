namespace LlmOperator.Models.Memory;

/// <summary>
/// The numbers behind the estimate. "Measured" means: against llama-server's own projection (llama.cpp 0.7.0, build
/// 11669) on the CPU and on one, two and three software GPUs, one dimension of the model changed at a time.
/// </summary>
public static class MemoryConstants
{
    /// <summary>
    /// What llama-server holds besides its buffers: code, threads, graphs, HTTP. Measured 6 MiB anonymous and 17 MiB
    /// of mapped code for a tiny model; the rest is room for requests in flight.
    /// </summary>
    public const long HostOverheadBytes = 64L << 20;

    /// <summary>Vocabulary tables a token (text, score, type, and the maps between them).</summary>
    public const long HostOverheadPerTokenBytes = 512;

    /// <summary>
    /// Context of the driver and its libraries on a device: 140 to 153 MiB on a clean laptop card, up to 753 MiB on
    /// large ones; Ollama reserves 457 MiB, llama.cpp a target of 1024 MiB.
    /// </summary>
    public const long DeviceOverheadBytes = 512L << 20;

    /// <summary>Copies of the inputs when layers lie on several devices and nothing on the host (ggml scheduler).</summary>
    public const int PipelineCopies = 4;

    /// <summary>Positions, tokens, cell indices and output indices, bytes a token of the micro-batch. Measured.</summary>
    public const int InputBytesPerToken = 48;

    /// <summary>
    /// Room for the intermediate results of a projector whose header does not tell its size (Gemma 3n's convolutions,
    /// encoders of sound of any length). A reserve, not a computed number; Ollama keeps the same for every projector.
    /// </summary>
    public const long ProjectorReserveBytes = 1L << 30;

    /// <summary>
    /// Memory of a device is taken in blocks of this size; a tensor that fills one does not share it (ggml-vulkan.cpp,
    /// <c>suballocation_block_size</c>). Other backends take one piece, so that the plan is never too small for them.
    /// </summary>
    public const long DeviceBlockBytes = 1L << 30;

    /// <summary>The largest tensor of a device (Vulkan, <c>maxStorageBufferRange</c> is 32 bits wide).</summary>
    public const long LargestDeviceTensorBytes = (4L << 30) - 1;

    /// <summary>The engine rounds the cells of a windowed cache up to this (llama-kv-cache-iswa.cpp).</summary>
    public const int WindowGranularity = 256;
}
