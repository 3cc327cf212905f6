using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using LlmOperator.Engines.LlamaCpp;
using LlmOperator.Models.Memory;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Gguf;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Engines.Tests.LlamaCpp;

public sealed class LlamaServerEngineTests(EngineFixture fixture) : IClassFixture<EngineFixture>
{
    private const int SigKill = 9;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ProbeAsync_RealBuild_SaysVersionAndNoDevices()
    {
        EngineProbe probe = await fixture.Engine.ProbeAsync(Token);

        Assert.Equal(EngineKind.LlamaCpp, probe.Kind);
        Assert.Matches(@"\d", probe.Version);
        Assert.Empty(probe.Models);
    }

    [Fact]
    public async Task StartAsync_TinyModel_AnswersAndStops()
    {
        await using IEngineInstance instance = await fixture.Engine.StartAsync(TinyLaunch(), Token);

        using HttpResponseMessage response = await instance.Client.PostAsJsonAsync(
            "v1/chat/completions",
            new
            {
                model = instance.ModelId,
                messages = new[] { new { role = "user", content = "hello" } },
                max_tokens = 4,
            },
            Token
        );
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);

        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        Assert.Equal("tiny", answer.GetProperty("model").GetString());
        Assert.Equal(EngineState.Ready, instance.State);
        Assert.NotNull(instance.ProcessId);

        await instance.StopAsync(TimeSpan.FromSeconds(30), Token);
        EngineExit exit = await instance.Completion.WaitAsync(TimeSpan.FromSeconds(10), Token);

        Assert.True(exit.Requested);
        Assert.Null(exit.Signal);
        Assert.Equal(EngineState.Exited, instance.State);
        Assert.False(IsRunning(instance.ProcessId));
    }

    [Fact]
    public async Task RunBenchmark_TinyModel_ReturnsTheEnginesTimings()
    {
        await using IEngineInstance instance = await fixture.Engine.StartAsync(TinyLaunch(), Token);

        EngineBenchmarkResult? result = await EngineBenchmark.RunAsync(instance, Token);

        Assert.NotNull(result);
        Assert.True(result.PromptTokensPerSecond > 0);
        Assert.True(result.GenerationTokensPerSecond > 0);
    }

    [Fact]
    public async Task StartAsync_RuntimeFolder_IsForThisUserOnly()
    {
        EngineLaunch launch = TinyLaunch();
        await using IEngineInstance instance = await fixture.Engine.StartAsync(launch, Token);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(launch.RuntimeFolder)
        );
    }

    [Fact]
    public async Task Completion_ProcessKilledFromOutside_ReportsTheSignal()
    {
        await using IEngineInstance instance = await fixture.Engine.StartAsync(TinyLaunch(), Token);

        using (Process process = Process.GetProcessById(instance.ProcessId!.Value))
        {
            process.Kill();
        }

        EngineExit exit = await instance.Completion.WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(SigKill, exit.Signal);
        Assert.False(exit.Requested);
        Assert.False(exit.OutOfMemory);
        Assert.NotEmpty(exit.LastLines);
    }

    [Fact]
    public async Task Completion_EngineThatNoLongerAnswers_IsEndedAsHung()
    {
        FakeTimeProvider time = new();
        LlamaServerEngine engine = new(fixture.Command, time);
        Task<IEngineInstance> starting = engine.StartAsync(TinyLaunch(), Token);
        await AdvanceUntilAsync(time, TimeSpan.FromMilliseconds(25), starting);
        await using IEngineInstance instance = await starting;

        using (Process stopper = Process.Start("kill", ["-STOP", $"{instance.ProcessId}"]))
        {
            await stopper.WaitForExitAsync(Token);
        }

        await AdvanceUntilAsync(time, LlamaServerWatch.Interval, instance.Completion);
        EngineExit exit = await instance.Completion;
        Assert.True(exit.Hung);
        Assert.False(exit.OutOfMemory);
        Assert.False(IsRunning(instance.ProcessId));
    }

    [Fact]
    public async Task StartAsync_FolderThatCannotTakeTheRecord_LeavesNoProcess()
    {
        EngineLaunch launch = TinyLaunch();
        // A folder in the record's place: nothing can be written there.
        Directory.CreateDirectory(Path.Combine(launch.RuntimeFolder, "engine.pid"));

        EngineException error = await Assert.ThrowsAsync<EngineException>(() =>
            fixture.Engine.StartAsync(launch, Token)
        );

        Assert.Contains(launch.RuntimeFolder, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_AgainInTheSameFolder_EndsWhatWasLeft()
    {
        EngineLaunch launch = TinyLaunch();
        await using IEngineInstance left = await fixture.Engine.StartAsync(launch, Token);

        await using IEngineInstance next = await fixture.Engine.StartAsync(launch, Token);

        EngineExit exit = await left.Completion.WaitAsync(TimeSpan.FromSeconds(10), Token);
        Assert.Equal(SigKill, exit.Signal);
        using HttpResponseMessage health = await next.Client.GetAsync("health", Token);
        Assert.True(health.IsSuccessStatusCode);
    }

    [Fact]
    public async Task StartAsync_NotGguf_SaysWhy()
    {
        string path = Path.Combine(fixture.NewFolder(), "bad.gguf");
        await File.WriteAllTextAsync(path, "this is no model", Token);

        EngineException error = await Assert.ThrowsAsync<EngineException>(() =>
            fixture.Engine.StartAsync(TinyLaunch() with { Model = path }, Token)
        );

        Assert.Equal(EngineFailure.ModelRejected, error.Failure);
        Assert.NotNull(error.Exit);
    }

    [Fact]
    public async Task StartAsync_CancelledWhileLoading_LeavesNoProcess()
    {
        EngineLaunch launch = TinyLaunch();
        using CancellationTokenSource cancelled = new();
        Task<IEngineInstance> start = fixture.Engine.StartAsync(launch, cancelled.Token);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);

        Assert.False(File.Exists(Path.Combine(launch.RuntimeFolder, "engine.pid")));
    }

    [Fact]
    public async Task StartAsync_SocketPathTooLong_SaysWhatToDo()
    {
        string folder = Path.Combine(fixture.NewFolder(), new string('x', 100));

        EngineException error = await Assert.ThrowsAsync<EngineException>(() =>
            fixture.Engine.StartAsync(TinyLaunch() with { RuntimeFolder = folder }, Token)
        );

        Assert.Equal(EngineFailure.InvalidLaunch, error.Failure);
        Assert.Contains("shorter", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProjectAsync_SparseFile_IsTheEnginesOwnProjection()
    {
        string path = Path.Combine(fixture.NewFolder(), "sparse.gguf");
        ModelShapes.WriteSparse(
            new ModelShape
            {
                Layers = 32,
                Embedding = 4096,
                Heads = 32,
                KvHeads = 8,
                HeadLength = 128,
                FeedForward = 14336,
                Vocabulary = 32000,
                Type = Models.Gguf.GgmlType.Q4_K,
            },
            path
        );

        EngineProjection projection = await fixture.Engine.ProjectAsync(
            TinyLaunch() with
            {
                Model = path,
                Load = new LoadParameters { ContextLength = 8192 },
            },
            Token
        );

        Assert.Equal(1024L << 20, projection.KvCacheBytes);
        Assert.Equal(1024L << 20, projection.Host.ContextBytes);
        Assert.InRange(
            projection.Host.ModelBytes,
            new FileInfo(path).Length - (4 << 20),
            new FileInfo(path).Length
        );
        Assert.InRange(projection.Host.ComputeBytes, 1L << 20, 1L << 30);
    }

    private static async Task AdvanceUntilAsync(FakeTimeProvider time, TimeSpan step, Task done)
    {
        while (!done.IsCompleted)
        {
            time.Advance(step);
            // Real work goes on meanwhile: the engine's process and its answers.
            await Task.WhenAny(done, Task.Delay(10, Token));
        }
    }

    private EngineLaunch TinyLaunch() =>
        new()
        {
            Alias = "tiny",
            Model = fixture.TinyModelPath,
            Load = new LoadParameters { ContextLength = 1024 },
            RuntimeFolder = fixture.NewFolder(),
        };

    private static bool IsRunning(int? processId) => Directory.Exists($"/proc/{processId}");
}
