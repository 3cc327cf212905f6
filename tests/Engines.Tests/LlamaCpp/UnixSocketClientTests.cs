using System.Net.Sockets;
using LlmOperator.Engines.LlamaCpp;

namespace LlmOperator.Engines.Tests.LlamaCpp;

/// <summary>Connections to an engine.</summary>
public sealed class UnixSocketClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_OneAfterTheOther_EachHasAConnectionOfItsOwn()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("llmop-uds-");
        try
        {
            string path = Path.Combine(folder.FullName, "s");
            using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen();
            using HttpClient client = UnixSocketClient.Create(path);

            for (int number = 0; number < 2; number++)
            {
                Task<string> answer = client.GetStringAsync(new Uri("health", UriKind.Relative), Token);
                // Hangs when the request comes on the connection of the one before.
                using Socket connection = await listener
                    .AcceptAsync(Token)
                    .AsTask()
                    .WaitAsync(TimeSpan.FromSeconds(20), Token);
                await connection.ReceiveAsync(new byte[4096], Token);
                await connection.SendAsync(
                    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(),
                    Token
                );
                Assert.Equal("ok", await answer);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
