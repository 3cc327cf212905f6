using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf.Fuzzing;

/// <summary>Reads mutated files and keeps count. Anything but a verdict within the bounds is a fault.</summary>
public sealed class GgufFuzzRun(int seed)
{
    private readonly GgufMutator _mutator = new(new Random(seed));

    public int Files { get; private set; }

    public int Accepted { get; private set; }

    /// <summary>Most bytes allocated for one file beyond its header, and which file it was.</summary>
    public (long Bytes, int File) LargestAllocation { get; private set; }

    /// <summary>Most bytes of one file that were looked at.</summary>
    public long LargestRead { get; private set; }

    /// <summary>The first fault, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>Reads so many files, or up to the first fault.</summary>
    /// <param name="count">Files.</param>
    /// <param name="onFile">Gets each file with its verdict: null, or the message of the refusal.</param>
    public void Run(int count, Action<MutatedFile, string?>? onFile = null)
    {
        for (int i = 0; i < count && Fault is null; i++)
        {
            MutatedFile file = _mutator.Next();
            string? refusal = Read(file);
            Files++;
            Accepted += refusal is null ? 1 : 0;
            onFile?.Invoke(file, refusal);
        }
    }

    private string? Read(MutatedFile file)
    {
        WatchedByteRangeSource source = new(file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        string? refusal = null;
        try
        {
            Task<GgufFile> reading = GgufReader.ReadAsync(source, GgufLimits.Default, CancellationToken.None);
            // The source never waits, so neither may the reader; and all of it runs on this thread.
            if (!reading.IsCompleted)
            {
                Fault = $"file {Files}: the reader waits";
                return null;
            }

            GgufFile read = reading.GetAwaiter().GetResult();
            GgufSplitSet.Require([read with { Split = null }]);
            _ = ModelFacts.From(read);
        }
        catch (InvalidModelException error)
        {
            refusal = error.Message;
        }
        catch (Exception error)
        {
            // The border of the run: any other exception is what is looked for.
            Fault = $"file {Files}: {error}";
            return null;
        }

        Judge(file, source, GC.GetAllocatedBytesForCurrentThread() - before, refusal);
        return refusal;
    }

    private void Judge(MutatedFile file, WatchedByteRangeSource source, long allocated, string? refusal)
    {
        const long MaxBytes = 64 << 20;
        long beyond = allocated - Math.Min(file.FileBytes, GgufLimits.Default.MaxHeaderBytes);
        long shown = allocated - file.Header.Length;
        LargestAllocation = shown > LargestAllocation.Bytes ? (shown, Files) : LargestAllocation;
        LargestRead = Math.Max(LargestRead, source.ReadBytes);
        Fault =
            beyond > MaxBytes ? $"file {Files}: {allocated} bytes allocated"
            : source.WentBack ? $"file {Files}: the reader went back"
            : source.ReadBytes > GgufLimits.Default.MaxHeaderBytes + (64 << 10)
                ? $"file {Files}: {source.ReadBytes} bytes read"
            : refusal is { Length: < 40 } ? $"file {Files}: the refusal says nothing: {refusal}"
            : null;
    }
}
