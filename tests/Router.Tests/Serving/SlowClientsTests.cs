using System.Globalization;
using System.Net;
using System.Text;
using LlmOperator.Router.Tests.Forwarding;

namespace LlmOperator.Router.Tests.Serving;

/// <summary>
/// Few connections here; bench/slow-clients runs the same with 2,000 senders and 500 readers by
/// LLMOP_SLOW_SENDERS and LLMOP_SLOW_READERS. Times and memory are printed, not asserted: clients, router and upstream
/// are one process here, beside other tests.
/// </summary>
public sealed class SlowClientsTests
{
    private const int Requests = 400;
    private static readonly int s_senders = Number("LLMOP_SLOW_SENDERS", 60);
    private static readonly int s_readers = Number("LLMOP_SLOW_READERS", 20);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(40);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SlowClients_AreCutOffAndOthersServed()
    {
        await using ScriptedUpstream quick = Script.Whole();
        await using ScriptedUpstream endless = Endless();
        World world = new World().Model("m", quick.Address).Model("endless", endless.Address);
        await using RunningRouter router = await RunningRouter.StartAsync(
            world,
            new RouterOptions { MaxConcurrentRequests = 4000 }
        );
        await MeasureAsync(router);
        TimeSpan alone = await MeasureAsync(router);
        long before = Memory();

        using SlowClients slow = new();
        await slow.SendAsync(router.Address, s_senders, Token);
        await slow.ReadNothingAsync(router.Address, "endless", s_readers, Token);
        TimeSpan beside = await MeasureAsync(router);
        long perConnection = (Memory() - before) / (s_senders + s_readers);

        // All that send slowly are gone within 15 s; who watches reads what was on the way to slow readers, so they are
        // given what they have not read until then.
        long start = TimeProvider.System.GetTimestamp();
        int ended = slow.Ended();
        while (ended < s_senders && TimeProvider.System.GetElapsedTime(start) < s_longest)
        {
            await Task.Delay(250, Token);
            ended = slow.Ended();
        }

        TimeSpan all = TimeProvider.System.GetElapsedTime(start);
        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"senders {s_senders}, readers {s_readers}: p99 alone {alone.TotalMilliseconds:0.00} ms, beside them {beside.TotalMilliseconds:0.00} ms; {perConnection} bytes a connection; senders cut off after {all.TotalSeconds:0.0} s"
            )
        );
        Assert.True(ended >= s_senders, $"{ended} of {s_senders} were cut off");
    }

    [Fact]
    public async Task Bodies_ThatNeverEnd_TakeNoPlaceFromOthers()
    {
        await using ScriptedUpstream quick = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", quick.Address),
            new RouterOptions { MaxConcurrentRequests = 10 }
        );
        using SlowClients slow = new();
        // Half of them never end their body: more than may be worked on.
        await slow.SendAsync(router.Address, 24, Token);

        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage answer = await router.ChatAsync("m", stream: false, Token);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            await answer.Content.ReadAsStringAsync(Token);
        }
    }

    [Fact]
    public async Task Connections_MoreThanAnAddressMayHave_AreClosedAndTheOthersServed()
    {
        await using ScriptedUpstream quick = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("m", quick.Address),
            new RouterOptions { MaxConnectionsPerAddress = 3 }
        );
        using HttpResponseMessage first = await router.ChatAsync("m", stream: false, Token);
        await first.Content.ReadAsStringAsync(Token);

        using SlowClients others = new();
        await others.SendAsync(router.Address, 5, Token);
        long start = TimeProvider.System.GetTimestamp();
        while (others.Ended() < 3 && TimeProvider.System.GetElapsedTime(start) < s_longest)
        {
            await Task.Delay(20, Token);
        }

        using HttpResponseMessage second = await router.ChatAsync("m", stream: false, Token);

        Assert.True(others.Ended() >= 3, $"{others.Ended()} of 5 were closed");
        Assert.True(second.IsSuccessStatusCode);
    }

    // Sends content until it is left alone.
    private static ScriptedUpstream Endless()
    {
        string text = new('x', 1000);
        string frame = Script.Event("{\"choices\":[{\"delta\":{\"content\":\"" + text + "\"}}]}");
        byte[] chunk = Encoding.ASCII.GetBytes($"{frame.Length:x}\r\n{frame}\r\n");
        byte[] head = Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        );
        return new ScriptedUpstream(
            async (stream, _, ct) =>
            {
                await stream.WriteAsync(head, ct);
                while (true)
                {
                    await stream.WriteAsync(chunk, ct);
                }
            }
        );
    }

    private static async Task<TimeSpan> MeasureAsync(RunningRouter router)
    {
        List<TimeSpan> times = [];
        for (int i = 0; i < Requests; i++)
        {
            long start = TimeProvider.System.GetTimestamp();
            using HttpResponseMessage answer = await router.ChatAsync("m", stream: false, Token);
            await answer.Content.ReadAsStringAsync(Token);
            Assert.True(answer.IsSuccessStatusCode);
            times.Add(TimeProvider.System.GetElapsedTime(start));
        }

        times.Sort();
        return times[(int)(times.Count * 0.99)];
    }

    private static long Memory()
    {
        GC.Collect();
        return Environment.WorkingSet;
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out int number) ? number : otherwise;
}
