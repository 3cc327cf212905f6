using System.Globalization;
using LlmOperator.Models.Gguf;
using LlmOperator.Testing.Gguf;
using LlmOperator.Testing.Gguf.Fuzzing;

namespace LlmOperator.Models.Tests.Gguf;

/// <summary><c>bench/gguf-fuzz/run</c> runs the same with a million files and a fixed seed.</summary>
public sealed class GgufMutationTests
{
    private const int DefaultFiles = 30_000;
    private const long MaxAllocatedBytes = 64 << 20;

    [Fact]
    public void ReadAsync_MutatedFiles_AreReadOrRefusedWithinBounds()
    {
        int files = Setting("LLMOP_FUZZ_FILES") ?? DefaultFiles;
        int seed = Setting("LLMOP_FUZZ_SEED") ?? Environment.TickCount;
        GgufFuzzRun run = new(seed);

        run.Run(files);

        string summary =
            $"seed {seed}: {run.Files} files, {run.Accepted} accepted, {run.Files - run.Accepted} refused, "
            + $"at most {run.LargestAllocation.Bytes} bytes allocated beyond the header (file {run.LargestAllocation.File}), "
            + $"at most {run.LargestRead} bytes read of one file";
        TestContext.Current.TestOutputHelper?.WriteLine(summary);
        Assert.True(run.Fault is null, $"{summary}; {run.Fault}");
        // Both verdicts must be common, or the files are no test.
        Assert.InRange(run.Accepted, files / 50, files * 49 / 50);
    }

    [Fact]
    public async Task ReadAsync_LargestHeaderAllowed_StaysWithinTheBound()
    {
        byte[] header = LargestHeader();
        MutatedFile file = new(header, 1L << 40);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Task<GgufFile> reading = GgufReader.ReadAsync(
            new WatchedByteRangeSource(file),
            GgufLimits.Default,
            TestContext.Current.CancellationToken
        );
        Assert.True(reading.IsCompleted);
        GgufFile read = await reading;
        _ = ModelFacts.From(read);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(65_536, read.Tensors.Count);
        Assert.Equal(65_536, read.Metadata.Values.Count);
        Assert.InRange(allocated, 0, MaxAllocatedBytes + header.Length);
    }

    // As many tensors and entries as are allowed, in as few bytes as they can have, and lists that take eight times
    // their size in memory.
    private static byte[] LargestHeader()
    {
        const int Entries = 65_536;
        const int ListLength = 4_096;
        int lists = (int)(GgufLimits.Default.MaxKeptBytes / (ListLength * sizeof(long))) - 64;
        GgufBuilder builder = new GgufBuilder().Text("general.architecture", "x");
        for (int i = 1; i < Entries; i++)
        {
            string key = i.ToString("x", CultureInfo.InvariantCulture);
            if (i <= lists)
            {
                builder.BooleanArray(key, new bool[ListLength]);
            }
            else
            {
                builder.Boolean(key, true);
            }
        }

        for (int i = 0; i < Entries; i++)
        {
            builder.Tensor(i.ToString("x", CultureInfo.InvariantCulture), GgmlType.F32, [1, 1, 1, 1]);
        }

        return builder.BuildHeader();
    }

    private static int? Setting(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int value)
            ? value
            : null;
}
