using System.Net;
using System.Net.Sockets;
using System.Text;
using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Tests.Forwarding;
using LlmOperator.Router.Tests.Tracing;

namespace LlmOperator.Router.Tests.Serving;

/// <summary>
/// What one request allocates, with a key, a policy, a rule, limits and a budget. The bound is about twice what it is, so that it
/// notices a body that is copied, or a buffer that never goes back to its pool, and nothing smaller.
/// </summary>
[Collection(nameof(TracingCollection))]
public sealed class AllocationTests
{
    private const string Key = "a-key-of-enough-length";
    private const int Requests = 1000;
    private const int Bound = 40 << 10;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(16)]
    [InlineData(50_000)]
    public async Task Request_OfAUsualPolicy_AllocatesLittleWhateverItsLength(int promptBytes)
    {
        using TcpListener upstream = new(IPAddress.Loopback, 0);
        upstream.Start();
        Task serving = ServeAsync(upstream);
        await using (RunningRouter router = await RunningRouter.StartAsync(WorldOf(upstream)))
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, router.Address.Port, Token);
            using BareConnection client = new(socket);
            byte[] request = RequestOf(promptBytes);
            await AskAsync(client, request, Requests / 5);

            long before = GC.GetTotalAllocatedBytes(precise: true);
            await AskAsync(client, request, Requests);
            long each = (GC.GetTotalAllocatedBytes(precise: true) - before) / Requests;

            TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes for a request");
            Assert.InRange(each, 1, Bound);
        }

        upstream.Stop();
        await serving;
    }

    private static async Task AskAsync(BareConnection client, byte[] request, int times)
    {
        for (int i = 0; i < times; i++)
        {
            await client.SendAsync(request, Token);
            ReadOnlyMemory<byte> answer = await client.ReadAsync(Token);
            Assert.True(answer.Span.StartsWith("HTTP/1.1 200"u8), Encoding.UTF8.GetString(answer.Span));
        }
    }

    private static async Task ServeAsync(TcpListener listener)
    {
        byte[] answer = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Script.WholeText.Length}\r\n\r\n{Script.WholeText}"
        );
        try
        {
            // The router sends one request after the other, over one connection at a time.
            while (true)
            {
                using BareConnection connection = new(await listener.AcceptSocketAsync(Token));
                while (!(await connection.ReadAsync(Token)).IsEmpty)
                {
                    await connection.SendAsync(answer, Token);
                }
            }
        }
        catch (Exception e)
            when (e
                    is SocketException
                        or ObjectDisposedException
                        or InvalidOperationException
                        or OperationCanceledException
            )
        {
            // The test is over.
        }
    }

    private static byte[] RequestOf(int promptBytes)
    {
        string body =
            $$"""{"model":"p","messages":[{"role":"user","content":"{{new string('a', promptBytes)}}"}],"max_tokens":50}""";
        return Encoding.ASCII.GetBytes(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                + $"Authorization: Bearer {Key}\r\nContent-Length: {body.Length}\r\n\r\n{body}"
        );
    }

    private static World WorldOf(TcpListener upstream) =>
        new World()
            .Key(
                "k",
                Key,
                new RouterKeySpec { RequestLimits = new RequestLimits { RequestsPerMinute = 1_000_000 } }
            )
            .Provider(
                "cloud",
                $"http://{upstream.LocalEndpoint}/v1",
                models: new ProviderModel
                {
                    Name = "large",
                    MaxOutputTokens = 100,
                    Price = new ModelPrice { InputPerMillion = "2", OutputPerMillion = "10.00" },
                }
            )
            .Policy(
                "p",
                new RoutingPolicySpec
                {
                    Mode = RoutingMode.CloudFirst,
                    Rules =
                    [
                        new RoutingRule
                        {
                            Name = "long",
                            Match = new RoutingMatch { PromptTokens = new TokenRange { Above = 100_000 } },
                            Targets = [World.Remote("cloud")],
                        },
                    ],
                    Targets = [World.Remote("cloud")],
                    Budgets =
                    [
                        new Budget
                        {
                            Name = "daily",
                            Period = BudgetPeriod.Day,
                            Usd = "1000000.00",
                            OnExceeded = BudgetExceededAction.Fail,
                        },
                    ],
                }
            );
}
