using System.Globalization;

namespace LlmOperator.Router.Tests.Classification;

/// <summary>Processor time of the calling thread alone: what other threads and processes do does not count.</summary>
internal static class ThreadTime
{
    // "1234567 89 10": nanoseconds on a processor, nanoseconds of waiting for one, and turns.
    private const string Path = "/proc/thread-self/schedstat";

    public static TimeSpan Used() =>
        TimeSpan.FromTicks(
            long.Parse(File.ReadAllText(Path).Split(' ')[0], CultureInfo.InvariantCulture)
                / TimeSpan.NanosecondsPerTick
        );
}
