using System.Diagnostics;
using System.Globalization;
using LlmOperator.Testing.Engine;

namespace LlmOperator.Engines.Tests.Processes;

public sealed class OwnerDeathTests(EngineFixture fixture) : IClassFixture<EngineFixture>
{
    // Set in the second process, which runs this same test as the owner that will be killed.
    private const string OwnerVariable = "LLMOP_TEST_ENGINE_OWNER";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StartAsync_OwnerKilled_TheEngineDiesWithIt()
    {
        if (Environment.GetEnvironmentVariable(OwnerVariable) is { } pidFile)
        {
            await OwnAsync(pidFile);
            return;
        }

        string file = Path.Combine(fixture.NewFolder(), "pid");
        using Process owner = StartOwner(file, fixture.NewFolder());
        int engine = await WaitForPidAsync(file, owner);
        Assert.True(Directory.Exists($"/proc/{engine}"));

        owner.Kill();

        await WaitUntilAsync(() => !Directory.Exists($"/proc/{engine}"), "the engine outlived its owner");
    }

    private static Process StartOwner(string pidFile, string temporaryFolder)
    {
        string method =
            $"{typeof(OwnerDeathTests).FullName}.{nameof(StartAsync_OwnerKilled_TheEngineDiesWithIt)}";
        ProcessStartInfo info = new("dotnet")
        {
            ArgumentList = { typeof(OwnerDeathTests).Assembly.Location, "-method", method },
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        info.Environment[OwnerVariable] = pidFile;
        // What the killed owner leaves on disk goes with this test's own folder.
        info.Environment["TMPDIR"] = temporaryFolder;
        Process owner = Process.Start(info) ?? throw new InvalidOperationException("dotnet");
        owner.OutputDataReceived += (_, _) => { };
        owner.BeginOutputReadLine();
        return owner;
    }

    private static async Task<int> WaitForPidAsync(string file, Process owner)
    {
        await WaitUntilAsync(() => File.Exists(file) || owner.HasExited, "the owner started no engine");
        return int.Parse(await File.ReadAllTextAsync(file, Token), CultureInfo.InvariantCulture);
    }

    private static async Task WaitUntilAsync(Func<bool> condition, string otherwise)
    {
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < s_limit, otherwise);
            await Task.Delay(20, Token);
        }
    }

    private async Task OwnAsync(string pidFile)
    {
        await using IEngineInstance instance = await fixture.Engine.StartAsync(
            new EngineLaunch
            {
                Alias = "tiny",
                Model = fixture.TinyModelPath,
                RuntimeFolder = fixture.NewFolder(),
            },
            Token
        );
        // Written beside and renamed, so that a reader never sees half of it.
        await File.WriteAllTextAsync(pidFile + ".new", $"{instance.ProcessId}", Token);
        File.Move(pidFile + ".new", pidFile);
        await instance.Completion;
    }
}
