using System.Net;
using LlmOperator.Cli.Chatting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOperator.Cli.Tests.Chatting;

/// <summary>The chat of the command line against a real HTTP server.</summary>
public sealed class ChatClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_WholeStream_GivesItsPieces()
    {
        string text = await AskAsync(
            "data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\n: keep-alive\n\ndata: {\"choices\":[{\"delta\":{\"content\":\"lo\"}}]}\n\ndata: [DONE]\n\n"
        );

        Assert.Equal("Hello", text);
    }

    [Theory]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"Hel\"}}]}\n\n", "broke off before its end")]
    [InlineData("data: {\"error\":{\"message\":\"the engine died\"}}\n\n", "the engine died")]
    public async Task Ask_BrokenStream_IsNeverTakenForAWholeAnswer(string stream, string expected)
    {
        CliException error = await Assert.ThrowsAsync<CliException>(() => AskAsync(stream));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ask_Refused_TellsTheRoutersWords()
    {
        CliException error = await Assert.ThrowsAsync<CliException>(() =>
            AskAsync("""{"error":{"message":"There is no model \"x\"."}}""", StatusCodes.Status404NotFound)
        );

        Assert.Equal("There is no model \"x\".", error.Message);
    }

    private static async Task<string> AskAsync(string answer, int status = StatusCodes.Status200OK)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        await using WebApplication app = builder.Build();
        app.MapPost(
            "/v1/chat/completions",
            async (HttpContext context) =>
            {
                context.Response.StatusCode = status;
                await context.Response.WriteAsync(answer);
            }
        );
        await app.StartAsync(Token);
        using HttpClient http = new();
        StringWriter output = new();
        ChatSession session = new(new ChatClient(http, new Uri(app.Urls.First()), null), "m", null, output);
        await session.AskAsync("Hello?", Token);
        return output.ToString().TrimEnd();
    }
}
