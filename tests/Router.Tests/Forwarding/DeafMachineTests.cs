using System.Net;
using System.Net.Sockets;

namespace LlmOperator.Router.Tests.Forwarding;

/// <summary>A machine that is gone: nothing refuses the connection, and nothing takes it.</summary>
public sealed class DeafMachineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_ReplicaWhoseMachineIsGone_AnotherReplicaAnswers()
    {
        using Socket deaf = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0);
        // A full queue drops what comes next, as a machine without power does.
        List<Socket> waiting = [];
        try
        {
            for (int number = 0; number < 4; number++)
            {
                Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
                {
                    Blocking = false,
                };
                waiting.Add(socket);
                Assert.Throws<SocketException>(() => socket.Connect(deaf.LocalEndPoint!));
            }

            await using ScriptedUpstream good = Script.Whole();
            await using RunningRouter router = await RunningRouter.StartAsync(
                new World().Model("m", new Uri($"http://{deaf.LocalEndPoint}"), good.Address)
            );
            string route;
            do
            {
                using HttpResponseMessage response = await router.ChatAsync("m", stream: false, Token);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                route = response.Headers.GetValues("x-llm-route").Single();
            } while (!route.Contains("attempt=2", StringComparison.Ordinal));
        }
        finally
        {
            waiting.ForEach(socket => socket.Dispose());
        }
    }
}
