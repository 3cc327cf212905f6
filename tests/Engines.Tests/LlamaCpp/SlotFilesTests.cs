using System.Net.Http.Json;
using System.Text.Json;
using LlmOperator.Engines.LlamaCpp;
using LlmOperator.Models.Memory;
using LlmOperator.Testing.Engine;

namespace LlmOperator.Engines.Tests.LlamaCpp;

/// <summary>What slots evaluated, over a stop of the real engine.</summary>
public sealed class SlotFilesTests(EngineFixture fixture) : IClassFixture<EngineFixture>
{
    private const int Slots = 2;
    private const long Enough = 1 << 30;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_AfterAStop_TheSamePromptIsNotEvaluatedAgain()
    {
        string folder = fixture.NewFolder();
        SlotFiles files = new(folder);
        long saved;
        int first;
        await using (IEngineInstance before = await StartAsync(folder))
        {
            first = await EvaluatedAsync(before);
            saved = await files.SaveAsync(before, Slots, Enough, Token);
        }

        await using IEngineInstance after = await StartAsync(folder);
        long restored = await files.RestoreAsync(after, Slots, Token);

        Assert.True(saved >= first, $"{saved} tokens of {first} were kept");
        Assert.Equal(saved, restored);
        Assert.Empty(Directory.GetFiles(folder));
        Assert.Equal(1, await EvaluatedAsync(after));
    }

    [Fact]
    public async Task Save_MoreThanAllowed_LeavesNothing()
    {
        string folder = fixture.NewFolder();
        await using IEngineInstance engine = await StartAsync(folder);
        await EvaluatedAsync(engine);

        long saved = await new SlotFiles(folder).SaveAsync(engine, Slots, mostBytes: 100, Token);

        Assert.Equal(0, saved);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public async Task Restore_FileThatIsNone_IsDeletedAndTheEngineAnswers()
    {
        string folder = fixture.NewFolder();
        await using IEngineInstance engine = await StartAsync(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "slot-0"), "no slot", Token);

        long restored = await new SlotFiles(folder).RestoreAsync(engine, Slots, Token);

        Assert.Equal(0, restored);
        Assert.Empty(Directory.GetFiles(folder));
        Assert.True(await EvaluatedAsync(engine) > 1);
    }

    private Task<IEngineInstance> StartAsync(string slotFolder) =>
        fixture.Engine.StartAsync(
            new EngineLaunch
            {
                Alias = "tiny",
                Model = fixture.TinyModelPath,
                Load = new LoadParameters { ContextLength = 512, ParallelSequences = Slots },
                RuntimeFolder = fixture.NewFolder(),
                SlotFolder = slotFolder,
            },
            Token
        );

    // {"timings":{"cache_n":0,"prompt_n":41,…}}
    private static async Task<int> EvaluatedAsync(IEngineInstance engine)
    {
        using HttpResponseMessage response = await engine.Client.PostAsJsonAsync(
            "completion",
            new
            {
                prompt = "one two three four five six seven eight nine ten",
                n_predict = 1,
                temperature = 0,
            },
            Token
        );
        JsonElement answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        return answer.GetProperty("timings").GetProperty("prompt_n").GetInt32();
    }
}
