using System.Net;
using System.Net.Sockets;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Router.Tests.Forwarding;

/// <summary>Each fault, at a local replica and at a provider, streamed and not: no answer is ever cut silently.</summary>
public sealed class FaultMatrixTests
{
    private static readonly string s_wholeStream = string.Concat(Script.Frames);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, bool, bool> BeforeTheFirstByte
    {
        get
        {
            TheoryData<string, bool, bool> data = [];
            string[] faults =
            [
                "refused",
                "hang",
                "drip",
                "429",
                "500",
                "503",
                "408",
                "no-json",
                "half-fin",
                "half-reset",
                "reset-at-once",
                "redirect",
            ];
            foreach (string fault in faults)
            {
                foreach (bool local in new[] { true, false })
                {
                    data.Add(fault, local, false);
                    data.Add(fault, local, true);
                }
            }

            return data;
        }
    }

    public static TheoryData<int, Ending, bool> Cuts
    {
        get
        {
            TheoryData<int, Ending, bool> data = [];
            for (int frames = 0; frames < Script.Frames.Count; frames++)
            {
                foreach (Ending ending in new[] { Ending.CleanChunks, Ending.Fin, Ending.Reset })
                {
                    data.Add(frames, ending, true);
                    data.Add(frames, ending, false);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(BeforeTheFirstByte))]
    public async Task Chat_FirstTargetFails_TheNextAnswersAndTheClientSeesNothingOfIt(
        string fault,
        bool local,
        bool stream
    )
    {
        await using ScriptedUpstream? bad = Bad(fault, stream);
        await using ScriptedUpstream good = stream ? Script.Streamed() : Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            TwoTargets(
                bad?.Address ?? RefusingAddress(),
                good.Address,
                local,
                firstToken: fault is "hang" or "drip" ? "300ms" : "20s"
            )
        );

        using HttpResponseMessage response = await router.ChatAsync("p", stream, Token);
        (string text, bool broke) = await RunningRouter.ReadAsync(response, Token);

        Assert.False(broke);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(stream ? s_wholeStream : Script.WholeText, text);
        Assert.Contains(
            "attempt=2",
            response.Headers.GetValues("x-llm-route").Single(),
            StringComparison.Ordinal
        );
        Assert.Single(good.Requests);
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task Stream_CutAtEveryFrame_IsRetriedBeforeContentAndAnErrorAfterIt(
        int frames,
        Ending ending,
        bool local
    )
    {
        await using ScriptedUpstream bad = Script.Streamed(frames, ending);
        await using ScriptedUpstream good = Script.Streamed();
        await using RunningRouter router = await RunningRouter.StartAsync(
            TwoTargets(bad.Address, good.Address, local)
        );

        using HttpResponseMessage response = await router.ChatAsync("p", stream: true, Token);
        (string text, bool broke) = await RunningRouter.ReadAsync(response, Token);

        // The first frame only names the role: until the second the other target can answer everything.
        // A reset may overtake frames that were sent before it; then the other target may answer.
        if (text == s_wholeStream)
        {
            Assert.False(broke);
            Assert.True(frames < 2 || ending == Ending.Reset, $"{frames} frames were repeated.");
        }
        else
        {
            Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
            Assert.True(broke || text.Contains("\"code\":\"stream_broken\"", StringComparison.Ordinal), text);
            Assert.StartsWith(Script.Frames[0] + Script.Frames[1], text, StringComparison.Ordinal);
            Assert.Empty(good.Requests);
        }
    }

    public static TheoryData<string, int, bool> BadFrames
    {
        get
        {
            TheoryData<string, int, bool> data = [];
            string[] bad =
            [
                Script.Event("{\"choices\":[}"),
                Script.Event("<html>504</html>"),
                Script.Event("""{"error":{"message":"overloaded","code":503}}"""),
                "data: {\"choices\":[{\"delta\":{\"content\":\"cut\n\n",
            ];
            foreach (string frame in bad)
            {
                for (int frames = 0; frames < Script.Frames.Count; frames++)
                {
                    data.Add(frame, frames, true);
                    data.Add(frame, frames, false);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(BadFrames))]
    public async Task Stream_BadAtEveryFrame_IsRetriedBeforeContentAndAnErrorAfterIt(
        string frame,
        int frames,
        bool local
    )
    {
        await using ScriptedUpstream bad = Script.Streamed(
            ending: Ending.CleanChunks,
            of: [.. Script.Frames.Take(frames), frame, .. Script.Frames.Skip(frames)]
        );
        await using ScriptedUpstream good = Script.Streamed();
        await using RunningRouter router = await RunningRouter.StartAsync(
            TwoTargets(bad.Address, good.Address, local)
        );

        using HttpResponseMessage response = await router.ChatAsync("p", stream: true, Token);
        (string text, bool broke) = await RunningRouter.ReadAsync(response, Token);

        Assert.False(broke);
        if (frames < 2)
        {
            Assert.Equal(s_wholeStream, text);
            Assert.Single(good.Requests);
            return;
        }

        Assert.StartsWith(
            string.Concat(Script.Frames.Take(frames)) + "data: {\"error\"",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("\"code\":\"stream_broken\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.Empty(good.Requests);
    }

    [Theory]
    [MemberData(nameof(Stalls))]
    public async Task Stream_StallsAfterContent_EndsWithAnErrorWhenItsTimeIsOver(int frames, bool local)
    {
        await using ScriptedUpstream stalling = Script.StreamThenHang(frames);
        RoutingPolicySpec spec = new()
        {
            Mode = local ? RoutingMode.LocalFirst : RoutingMode.CloudFirst,
            Targets = [local ? World.Local("first") : World.Remote("first")],
            Limits = new RoutingLimits { Total = Duration.Parse("700ms") },
        };
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World()
                .Model("first", stalling.Address)
                .Provider("first", stalling.Address + "v1")
                .Policy("p", spec)
        );

        using HttpResponseMessage response = await router.ChatAsync("p", stream: true, Token);
        (string text, bool broke) = await RunningRouter.ReadAsync(response, Token);

        // On a machine that is busy the time may be over before the first content.
        Assert.False(broke);
        Assert.True(
            response.StatusCode == HttpStatusCode.GatewayTimeout
                || text.Contains("\"code\":\"stream_broken\"", StringComparison.Ordinal),
            text
        );
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        await stalling.ClientLeft.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    public static TheoryData<int, bool> Stalls =>
        new MatrixTheoryData<int, bool>([2, 3, 4, 5], [true, false]);

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Chat_AnswerThatComesByteByByte_IsWhole(bool local, bool stream)
    {
        await using ScriptedUpstream slow = Script.ByteByByte(stream);
        await using ScriptedUpstream unused = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            TwoTargets(slow.Address, unused.Address, local)
        );

        using HttpResponseMessage response = await router.ChatAsync("p", stream, Token);
        (string text, bool broke) = await RunningRouter.ReadAsync(response, Token);

        Assert.False(broke);
        Assert.Equal(stream ? s_wholeStream : Script.WholeText, text);
        Assert.Empty(unused.Requests);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Stream_CutInsideAFrame_NeverPassesHalfAFrameOn(int frames)
    {
        await using ScriptedUpstream bad = Script.StreamCutInsideAFrame(frames);
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("p", bad.Address)
        );

        using HttpResponseMessage response = await router.ChatAsync("p", stream: true, Token);
        (string text, _) = await RunningRouter.ReadAsync(response, Token);

        string sent = string.Concat(Script.Frames.Take(frames));
        Assert.StartsWith(sent + "data: {\"error\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_EveryTargetAtItsLimit_Is429WithTheShortestWait()
    {
        await using ScriptedUpstream first = Script.Status(429, headers: "Retry-After: 30\r\n");
        await using ScriptedUpstream second = Script.Status(429, headers: "Retry-After: 7\r\n");
        await using RunningRouter router = await RunningRouter.StartAsync(
            TwoTargets(first.Address, second.Address, local: true)
        );

        using HttpResponseMessage response = await router.ChatAsync("p", stream: false, Token);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(7), response.Headers.RetryAfter!.Delta);
    }

    [Fact]
    public async Task Chat_NoTargetAnswers_Is503ThatNamesEachFault()
    {
        await using ScriptedUpstream bad = Script.Status(500);
        World world = TwoTargets(RefusingAddress(), bad.Address, local: true);
        await using RunningRouter router = await RunningRouter.StartAsync(world);

        using HttpResponseMessage response = await router.ChatAsync("p", stream: true, Token);
        (string text, _) = await RunningRouter.ReadAsync(response, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains(
            "model/first on node-of-first-0: it cannot be reached",
            text,
            StringComparison.Ordinal
        );
        Assert.Contains("it answered 500: no", text, StringComparison.Ordinal);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Chat_RequestThatTheTargetRejects_IsPassedOnAndNotRepeated()
    {
        await using ScriptedUpstream bad = Script.Status(
            400,
            """{"error":{"message":"too long","type":"t","code":"c"}}"""
        );
        await using ScriptedUpstream good = Script.Whole();
        await using RunningRouter router = await RunningRouter.StartAsync(
            TwoTargets(bad.Address, good.Address, local: true)
        );

        using HttpResponseMessage response = await router.ChatAsync("p", stream: false, Token);
        (string text, _) = await RunningRouter.ReadAsync(response, Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("too long", text, StringComparison.Ordinal);
        Assert.Empty(good.Requests);
    }

    [Fact]
    public async Task Chat_AttemptsAreLimited_TheThirdTargetIsNotTried()
    {
        await using ScriptedUpstream bad = Script.Status(500);
        await using ScriptedUpstream alsoBad = Script.Status(500);
        await using ScriptedUpstream good = Script.Whole();
        RoutingPolicySpec spec = new()
        {
            Targets = [World.Local("a"), World.Local("b"), World.Local("c")],
            Limits = new RoutingLimits { Attempts = 2 },
        };
        World world = new World()
            .Model("a", bad.Address)
            .Model("b", alsoBad.Address)
            .Model("c", good.Address)
            .Policy("p", spec);
        await using RunningRouter router = await RunningRouter.StartAsync(world);

        using HttpResponseMessage response = await router.ChatAsync("p", stream: false, Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal((1, 1), (bad.Requests.Count, alsoBad.Requests.Count));
        Assert.Empty(good.Requests);
    }

    [Fact]
    public async Task Chat_ManyBadReplicas_DoNotStarveTheFallback()
    {
        await using ScriptedUpstream first = Script.Status(500);
        await using ScriptedUpstream second = Script.Status(500);
        await using ScriptedUpstream third = Script.Status(500);
        await using ScriptedUpstream good = Script.Whole();
        RoutingPolicySpec spec = new() { Targets = [World.Local("many")], Fallback = [World.Local("one")] };
        World world = new World()
            .Model("many", first.Address, second.Address, third.Address)
            .Model("one", good.Address)
            .Policy("p", spec);
        await using RunningRouter router = await RunningRouter.StartAsync(world);

        using HttpResponseMessage response = await router.ChatAsync("p", stream: false, Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, first.Requests.Count + second.Requests.Count + third.Requests.Count);
    }

    [Fact]
    public async Task Chat_TotalLimit_EndsARequestThatNobodyAnswers()
    {
        await using ScriptedUpstream hang = Script.Hang();
        RoutingPolicySpec spec = new()
        {
            Targets = [World.Local("a")],
            Limits = new RoutingLimits
            {
                FirstToken = Duration.Parse("30s"),
                Total = Duration.Parse("300ms"),
            },
        };
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("a", hang.Address).Policy("p", spec)
        );

        using HttpResponseMessage response = await router.ChatAsync("p", stream: true, Token);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        await hang.ClientLeft.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Stream_ClientLeaves_TheTargetIsLeftAtOnce(int frames)
    {
        await using ScriptedUpstream upstream = Script.StreamThenHang(frames);
        await using RunningRouter router = await RunningRouter.StartAsync(
            new World().Model("a", upstream.Address)
        );
        using CancellationTokenSource leave = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<HttpResponseMessage> asked = router.ChatAsync("a", stream: true, leave.Token);
        if (frames > 0)
        {
            // The headers come with the first content.
            using HttpResponseMessage response = await asked;
        }
        else
        {
            await Testing.Waiting.Eventually.IsTrueAsync(
                () => !upstream.Requests.IsEmpty,
                "the request arrived"
            );
            await leave.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }

        await upstream.ClientLeft.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    private static World TwoTargets(Uri first, Uri second, bool local, string firstToken = "20s")
    {
        RoutingPolicySpec spec = new()
        {
            Mode = local ? RoutingMode.LocalFirst : RoutingMode.CloudFirst,
            Targets = local
                ? [World.Local("first"), World.Local("second")]
                : [World.Remote("first"), World.Remote("second")],
            Limits = new RoutingLimits
            {
                FirstToken = Duration.Parse(firstToken),
                // What is not streamed gets an equal share of the whole time for each of two attempts.
                Total = Duration.Parse(firstToken == "20s" ? "60s" : "2s"),
                Attempts = 2,
            },
        };
        return new World()
            .Model("first", first)
            .Model("second", second)
            .Provider("first", first + "v1")
            .Provider("second", second + "v1")
            .Policy("p", spec);
    }

    private static ScriptedUpstream? Bad(string fault, bool stream) =>
        fault switch
        {
            "refused" => null,
            "hang" => Script.Hang(),
            "drip" => Script.Drip(stream),
            "no-json" when stream => new ScriptedUpstream(
                (s, _, ct) => SendAsync(s, "data: {\"choices\":[}\n\n", ct)
            ),
            "no-json" => Script.Status(200, "<html>login</html>"),
            "half-fin" when stream => Script.Streamed(1, Ending.Fin),
            "half-fin" => Script.HalfBody(Ending.Fin),
            "half-reset" when stream => Script.Streamed(1, Ending.Reset),
            "half-reset" => Script.HalfBody(Ending.Reset),
            "reset-at-once" => new ScriptedUpstream(
                (_, socket, _) =>
                {
                    socket.LingerState = new LingerOption(enable: true, seconds: 0);
                    socket.Close();
                    return Task.CompletedTask;
                }
            ),
            "redirect" => Script.Status(302, headers: "Location: http://127.0.0.1:9/\r\n"),
            _ => Script.Status(int.Parse(fault)),
        };

    private static async Task SendAsync(NetworkStream stream, string body, CancellationToken ct)
    {
        string text =
            $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), ct);
    }

    private static Uri RefusingAddress()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        return new Uri($"http://127.0.0.1:{port}/");
    }
}
