using LlmOperator.EndToEnd.Harness;

namespace LlmOperator.EndToEnd.Stories;

/// <summary>The command line as a person uses it.</summary>
public sealed class CommandLineStories(UpWithDemoModel fixture) : IClassFixture<UpWithDemoModel>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Quickstart_FreshMachine_PullsLoadsAndAnswers()
    {
        await using LlmopProcess quickstart = await LlmopProcess.RunAsync(null, Token, "quickstart");

        Assert.True(quickstart.ExitCode == 0, quickstart.Output);
        Assert.Contains("ollama:", quickstart.Output, StringComparison.Ordinal);
        Assert.Matches(@"Pulled +\[####################\]", quickstart.Output);
        Assert.Matches(@"> What is LlmOperator\?\s+LlmOperator is", quickstart.Output);
        Assert.Matches(@"demo +True +AllReady", quickstart.Output);
        Assert.Contains("hugging-face.yaml", quickstart.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_Question_StreamsTheAnswerAndExitsZero()
    {
        await using LlmopProcess chat = await LlmopProcess.RunAsync(
            null,
            Token,
            "chat",
            UpWithDemoModel.ModelName,
            DemoModelFile.Question,
            "--data-dir",
            fixture.Up.Folder
        );

        Assert.True(chat.ExitCode == 0, chat.Output);
        Assert.StartsWith("LlmOperator", chat.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_CategoryAndYaml_ShowWhatTheServerHas()
    {
        await using LlmopProcess table = await LlmopProcess.RunAsync(
            null,
            Token,
            "get",
            "llm",
            "--data-dir",
            fixture.Up.Folder
        );
        await using LlmopProcess yaml = await LlmopProcess.RunAsync(
            null,
            Token,
            "get",
            "lm",
            UpWithDemoModel.ModelName,
            "-o",
            "yaml",
            "--data-dir",
            fixture.Up.Folder
        );

        Assert.Matches(@"demo +True +AllReady", table.Output);
        Assert.StartsWith("apiVersion: llmoperator.dev/v1alpha1", yaml.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_RunningModel_ShowsNodeAndModel()
    {
        await using LlmopProcess status = await LlmopProcess.RunAsync(
            null,
            Token,
            "status",
            "--data-dir",
            fixture.Up.Folder
        );

        Assert.True(status.ExitCode == 0, status.Output);
        Assert.Matches(@"local +True +CPU", status.Output);
        Assert.Matches(@"default +demo +True +1/1", status.Output);
    }

    [Fact]
    public async Task Logs_OfAModel_ShowTheEnginesOutput()
    {
        await using LlmopProcess logs = await LlmopProcess.RunAsync(
            null,
            Token,
            "logs",
            UpWithDemoModel.ModelName,
            "--tail",
            "500",
            "--data-dir",
            fixture.Up.Folder
        );

        Assert.True(logs.ExitCode == 0, logs.Output);
        Assert.Contains("llama", logs.Output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Apply_MissingFile_IsOneSentence()
    {
        await using LlmopProcess apply = await LlmopProcess.RunAsync(
            null,
            Token,
            "apply",
            "-f",
            "no-such-file.yaml",
            "--data-dir",
            fixture.Up.Folder
        );

        Assert.Equal(1, apply.ExitCode);
        Assert.Single(apply.Output.Trim().Split('\n'));
        Assert.Contains("no-such-file.yaml", apply.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_SecondOnTheSameFolder_IsRefused()
    {
        await using LlmopProcess second = await LlmopProcess.RunAsync(
            null,
            Token,
            "up",
            "--data-dir",
            fixture.Up.Folder
        );

        Assert.Equal(1, second.ExitCode);
        Assert.Contains("already runs", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_TakenPort_IsOneSentenceThatNamesTheOption()
    {
        string folder = Directory.CreateTempSubdirectory("llmop-port-").FullName;
        string taken = fixture.Up.Router.Port.ToString();

        await using LlmopProcess second = await LlmopProcess.RunAsync(
            null,
            Token,
            "up",
            "--data-dir",
            folder,
            "--router-port",
            taken
        );

        Directory.Delete(folder, recursive: true);
        Assert.Equal(1, second.ExitCode);
        Assert.Single(second.Output.Trim().Split('\n'));
        Assert.Contains("--router-port", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_Interrupted_StopsItsEngines()
    {
        await using RunningUp up = await RunningUp.StartAsync(Token);
        await up.ApplyAsync(DemoModelFile.Manifest("stopped"), Token);
        await up.WaitForConditionAsync("llmmodel", "stopped", "Ready", "True", reason: null, Token);
        int engine = (int)
            (await up.ListAsync("modelreplicas", Token))[0]!["status"]!["process"]!["processId"]!;

        await up.Process.InterruptAsync(Token);

        Assert.False(Directory.Exists($"/proc/{engine}"));
        Assert.False(File.Exists(Path.Combine(up.Folder, "up.json")));
    }
}
