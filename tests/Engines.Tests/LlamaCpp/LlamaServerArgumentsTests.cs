using LlmOperator.Engines.LlamaCpp;
using LlmOperator.Models.Memory;

namespace LlmOperator.Engines.Tests.LlamaCpp;

public sealed class LlamaServerArgumentsTests
{
    private static readonly LlamaServerCapabilities s_current = LlamaServerCapabilities.Parse(
        """
        ----- common params -----
        -h,    --help, --usage                  print usage and exit
        -fa,   --flash-attn [on|off|auto]       set Flash Attention use ('on', 'off', or 'auto', default: 'auto')
                                                (env: LLAMA_ARG_FLASH_ATTN)
        -fit,  --fit [on|off]                   whether to adjust unset arguments to fit in device memory
        -cram, --cache-ram N                    set the maximum cache size in MiB (default: 8192)
        --ui,  --webui, --no-ui, --no-webui     whether to enable the Web UI (default: enabled)
        --jinja, --no-jinja                     whether to use jinja template engine for chat
        --offline                               Offline mode: forces use of cache
        """
    );

    [Fact]
    public void Build_HostOnly_WritesEveryTypedOption()
    {
        IReadOnlyList<string> arguments = LlamaServerArguments.Build(
            Launch() with
            {
                Load = new LoadParameters
                {
                    ContextLength = 1000,
                    ParallelSequences = 4,
                    KvCacheType = KvCacheType.Q8_0,
                },
                Threads = 2,
                ExtraOptions = [new EngineOption("top-k", "40"), new EngineOption("no-warmup")],
            },
            "/run/x/engine.sock",
            s_current
        );

        Assert.Equal(
            "--model /m/x.gguf --alias x --host /run/x/engine.sock --ctx-size 4096 --parallel 4 "
                + "--cache-type-k q8_0 --cache-type-v q8_0 --flash-attn on --ubatch-size 512 "
                + "--device none --gpu-layers 0 --threads 2 --metrics --no-ui --jinja --offline --cache-ram 0 "
                + "--fit off --top-k 40 --no-warmup",
            string.Join(' ', arguments)
        );
    }

    [Fact]
    public void Build_OlderEngine_LeavesOutWhatItDoesNotKnow()
    {
        IReadOnlyList<string> arguments = LlamaServerArguments.Build(
            Launch(),
            "/run/x/engine.sock",
            LlamaServerCapabilities.Parse("--no-webui    switch the Web UI off")
        );

        Assert.Contains("--no-webui", arguments);
        Assert.DoesNotContain("--no-ui", arguments);
        Assert.DoesNotContain("--cache-ram", arguments);
        Assert.DoesNotContain("--fit", arguments);
    }

    [Fact]
    public void Build_TwoDevices_PinsTheSplit()
    {
        string arguments = string.Join(
            ' ',
            LlamaServerArguments.Build(
                Launch() with
                {
                    Devices = ["CUDA0", "CUDA1"],
                    Load = new LoadParameters { DeviceCount = 2, TensorSplit = [3, 1.5] },
                },
                "/s.sock",
                s_current
            )
        );

        Assert.Contains(
            "--device CUDA0,CUDA1 --gpu-layers all --tensor-split 3,1.5",
            arguments,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Build_Adapters_AreLoadedButNotApplied()
    {
        string arguments = string.Join(
            ' ',
            LlamaServerArguments.Build(Launch() with { AdapterPaths = ["/a", "/b"] }, "/s.sock", s_current)
        );

        Assert.Contains("--lora /a,/b --lora-init-without-apply", arguments, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_AdaptersOfTheModel_AreApplied()
    {
        IReadOnlyList<string> arguments = LlamaServerArguments.Build(
            Launch() with
            {
                AdapterPaths = ["/a"],
                ApplyAdapters = true,
            },
            "/s.sock",
            s_current
        );

        Assert.Contains("--lora", arguments);
        Assert.DoesNotContain("--lora-init-without-apply", arguments);
    }

    [Fact]
    public void ForProjection_ServingArguments_TurnsTheFitOn()
    {
        IReadOnlyList<string> projection = LlamaServerArguments.ForProjection([
            "--model",
            "m",
            "--fit",
            "off",
            "--metrics",
        ]);

        Assert.Equal(["--model", "m", "--metrics", "--fit", "on", "--verbosity", "5"], projection);
    }

    [Theory]
    [InlineData("model", "/etc/passwd", "not allowed")]
    [InlineData("slot-save-path", "/tmp", "not allowed")]
    [InlineData("host", "0.0.0.0", "not allowed")]
    [InlineData("ctx-size", "1000000", "not allowed")]
    [InlineData("threads", "many", "a whole number from 1 to 1024")]
    [InlineData("threads", "0", "a whole number")]
    [InlineData("threads", null, "a whole number")]
    [InlineData("temp", "NaN", "a number")]
    [InlineData("numa", "other", "one of distribute")]
    [InlineData("no-warmup", "yes", "no value")]
    [InlineData("chat-template", "/etc/passwd", "a plain name")]
    [InlineData("chat-template", "-x", "a plain name")]
    public void Build_OptionOutsideTheList_IsRefused(string name, string? value, string expected)
    {
        EngineException error = Assert.Throws<EngineException>(() =>
            LlamaServerArguments.Build(
                Launch() with
                {
                    ExtraOptions = [new EngineOption(name, value)],
                },
                "/s.sock",
                s_current
            )
        );

        Assert.Equal(EngineFailure.InvalidLaunch, error.Failure);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_UnsafeLaunch_IsRefused()
    {
        EngineLaunch[] launches =
        [
            Launch() with
            {
                Model = "--help",
            },
            Launch() with
            {
                ProjectorPath = "relative",
            },
            Launch() with
            {
                AdapterPaths = ["/a,b"],
            },
            Launch() with
            {
                Devices = ["CUDA0,CUDA1 --x"],
            },
        ];

        Assert.All(
            launches,
            launch =>
                Assert.Throws<EngineException>(() => LlamaServerArguments.Build(launch, "/s.sock", s_current))
        );
    }

    private static EngineLaunch Launch() => new() { Alias = "x", Model = "/m/x.gguf" };
}
