using LlmOperator.Api.V1Alpha1;
using LlmOperator.NodeAgent.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOperator.NodeAgent.Tests.Memory;

public sealed class MemoryCorrectionsTests : IDisposable
{
    private static readonly CorrectionKey s_key = new("b11669", DeviceKind.Gpu, "qwen3");
    private readonly string _folder = Directory.CreateTempSubdirectory("corrections-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Add_SeveralLoads_TheWorstCountsWithATenthOnTop()
    {
        MemoryCorrections corrections = Open();
        corrections.Add(s_key, new LoadSample("1", 100));
        corrections.Add(s_key, new LoadSample("2", 300));
        corrections.Add(s_key, new LoadSample("3", -50));

        MemoryCorrection learned = Assert.Single(corrections.List());

        Assert.Equal("b11669/Gpu/qwen3", learned.Key);
        Assert.Equal(3, learned.Samples);
        Assert.Equal(330, learned.OverheadBytes);
    }

    [Fact]
    public void Add_SameLoadGrows_IsOneSample()
    {
        MemoryCorrections corrections = Open();
        corrections.Add(s_key, new LoadSample("1", 100));
        corrections.Add(s_key, new LoadSample("1", 200));
        corrections.Add(s_key, new LoadSample("1", 150));

        MemoryCorrection learned = Assert.Single(corrections.List());

        Assert.Equal(1, learned.Samples);
        Assert.Equal(220, learned.OverheadBytes);
    }

    [Fact]
    public void Add_OddLoadLongAgo_NoLongerCounts()
    {
        MemoryCorrections corrections = Open();
        corrections.Add(s_key, new LoadSample("odd", 1_000_000));
        for (int load = 0; load < 16; load++)
        {
            corrections.Add(s_key, new LoadSample($"{load}", 100));
        }

        MemoryCorrection learned = Assert.Single(corrections.List());

        Assert.Equal(17, learned.Samples);
        Assert.Equal(110, learned.OverheadBytes);
    }

    [Fact]
    public void Add_LoadThatUsedLess_IsNoNegativeOverhead()
    {
        MemoryCorrections corrections = Open();
        corrections.Add(s_key, new LoadSample("1", -100));

        Assert.Equal(0, Assert.Single(corrections.List()).OverheadBytes);
    }

    [Fact]
    public void List_AfterARestart_IsWhatWasLearned()
    {
        MemoryCorrections before = Open();
        before.Add(s_key, new LoadSample("1", 100));
        before.Add(s_key with { Architecture = "gemma3" }, new LoadSample("2", 200));

        Assert.Equal(before.List(), Open().List());
    }

    [Fact]
    public void List_FileIsBroken_BeginsAnew()
    {
        File.WriteAllText(Path.Combine(_folder, MemoryCorrections.FileName), "[{\"key\":");

        MemoryCorrections corrections = Open();
        corrections.Add(s_key, new LoadSample("1", 100));

        Assert.Single(Open().List());
    }

    private MemoryCorrections Open() => new(_folder, NullLogger<MemoryCorrections>.Instance);
}
