using System.Text;
using LlmOperator.Controllers.Hosting.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Controllers.Tests.Hosting.Logging;

/// <summary>What is in the log, and when.</summary>
public sealed class LineLoggerTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 21, 0, 0, TimeSpan.Zero));
    private readonly MemoryStream _output = new();
    private readonly LineLoggerProvider _provider;

    public LineLoggerTests() => _provider = new LineLoggerProvider(_output, _time);

    private string Written => Encoding.UTF8.GetString(_output.ToArray());

    [Fact]
    public void Log_Information_IsWrittenWithOthersAfterThePause()
    {
        ILogger logger = _provider.CreateLogger("Some.Category");

        Log(logger, LogLevel.Information, "first");
        Log(logger, LogLevel.Information, "second");
        Assert.Equal("", Written);
        _time.Advance(LineWriter.Pause);
        string both = Written;
        Log(logger, LogLevel.Debug, "third");
        _time.Advance(LineWriter.Pause);

        Assert.Equal(
            """
            2026-11-25T21:00:00.000Z info: Some.Category[7] first
            2026-11-25T21:00:00.000Z info: Some.Category[7] second

            """,
            both
        );
        Assert.EndsWith("dbug: Some.Category[7] third\n", Written, StringComparison.Ordinal);
    }

    [Fact]
    public void Log_Warning_IsWrittenAtOnceWithAllBefore()
    {
        Log(_provider.CreateLogger("A"), LogLevel.Information, "before");
        Log(_provider.CreateLogger("B"), LogLevel.Warning, "now");
        _time.Advance(TimeSpan.Zero);

        Assert.Equal(
            """
            2026-11-25T21:00:00.000Z info: A[7] before
            2026-11-25T21:00:00.000Z warn: B[7] now

            """,
            Written
        );
    }

    [Fact]
    public void Log_LineFeedsAndException_AreOneLine()
    {
        Log(_provider.CreateLogger("A"), LogLevel.Error, "two\nlines", new IOException("broken\r\npipe"));
        _time.Advance(TimeSpan.Zero);

        Assert.Equal(
            "2026-11-25T21:00:00.000Z fail: A[7] two lines System.IO.IOException: broken pipe\n",
            Written
        );
    }

    [Fact]
    public void Dispose_LinesAreLeft_WritesThem()
    {
        Log(_provider.CreateLogger("A"), LogLevel.Information, "last");

        _provider.Dispose();

        Assert.EndsWith("A[7] last\n", Written, StringComparison.Ordinal);
    }

    [Fact]
    public void Log_MoreThanMayBeHeld_IsWrittenWithoutATimer()
    {
        ILogger logger = _provider.CreateLogger("A");
        string text = new('x', 64 << 10);

        for (int i = 0; i < 32; i++)
        {
            Log(logger, LogLevel.Information, text);
        }

        Assert.NotEqual("", Written);
    }

    [Fact]
    public async Task Log_FromManyThreads_EveryLineIsWhole()
    {
        ILogger logger = _provider.CreateLogger("A");

        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(t =>
                    Task.Run(
                        () =>
                        {
                            for (int i = 0; i < 500; i++)
                            {
                                Log(logger, LogLevel.Information, $"line {t} {i}");
                                if (i % 50 == 0)
                                {
                                    _time.Advance(LineWriter.Pause);
                                }
                            }
                        },
                        TestContext.Current.CancellationToken
                    )
                )
        );
        _provider.Dispose();

        string[] texts = [.. Written.TrimEnd('\n').Split('\n').Select(l => l[(l.IndexOf(']') + 2)..])];
        for (int t = 0; t < 8; t++)
        {
            string start = $"line {t} ";
            Assert.Equal(
                Enumerable.Range(0, 500).Select(i => start + i),
                texts.Where(x => x.StartsWith(start, StringComparison.Ordinal))
            );
        }
    }

    public void Dispose()
    {
        _provider.Dispose();
        _output.Dispose();
    }

    private static void Log(ILogger logger, LogLevel level, string text, Exception? exception = null) =>
        logger.Log(level, new EventId(7), text, exception, static (state, _) => state);
}
