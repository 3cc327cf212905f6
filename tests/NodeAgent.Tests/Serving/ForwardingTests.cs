using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace LlmOperator.NodeAgent.Tests.Serving;

public sealed class ForwardingTests
{
    private static readonly string[] s_chunks = ["data: one\n\n", "data: two\n\n", "data: [DONE]\n\n"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_EachChunk_ArrivesBeforeTheNextIsWritten(bool tcp)
    {
        using SemaphoreSlim next = new(0);
        await using ServingWorld world = await ServingWorld.StartAsync(
            async context =>
            {
                context.Response.ContentType = "text/event-stream";
                foreach (string chunk in s_chunks)
                {
                    await context.Response.WriteAsync(chunk);
                    await context.Response.Body.FlushAsync();
                    await next.WaitAsync(context.RequestAborted);
                }
            },
            tcp
        );

        using HttpResponseMessage response = await world.PostAsync();
        await using Stream body = await response.Content.ReadAsStreamAsync(Token);
        foreach (string chunk in s_chunks)
        {
            byte[] buffer = new byte[chunk.Length];
            await body.ReadExactlyAsync(buffer, Token);
            Assert.Equal(chunk, Encoding.UTF8.GetString(buffer));
            next.Release();
        }

        Assert.Equal(0, await body.ReadAsync(new byte[1], Token));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await ServingWorld.UntilAsync(() => world.Gateway.OpenLeases == 0, "the lease is given back");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Stream_CutAfterChunk_IsAbortedAndNeverEndsCleanly(int chunks)
    {
        TaskCompletionSource received = new();
        await using ServingWorld world = await ServingWorld.StartAsync(async context =>
        {
            foreach (string chunk in s_chunks[..chunks])
            {
                await context.Response.WriteAsync(chunk);
                await context.Response.Body.FlushAsync();
            }

            await received.Task;
            context.Abort();
        });

        string raw = await RawAsync(
            world,
            text =>
            {
                if (text.Contains(s_chunks[chunks - 1], StringComparison.Ordinal))
                {
                    received.TrySetResult();
                }
            }
        );

        Assert.StartsWith("HTTP/1.1 200", raw, StringComparison.Ordinal);
        Assert.DoesNotContain("\r\n0\r\n", raw, StringComparison.Ordinal);
        await ServingWorld.UntilAsync(() => world.Gateway.OpenLeases == 0, "the lease is given back");
        await ServingWorld.UntilAsync(
            () => world.Metrics.Contains("status=\"502\"", StringComparison.Ordinal),
            "the cut is counted"
        );
    }

    [Fact]
    public async Task Stream_Whole_EndsCleanly()
    {
        await using ServingWorld world = await ServingWorld.StartAsync(async context =>
        {
            await context.Response.WriteAsync("whole");
            await context.Response.Body.FlushAsync();
        });

        string raw = await RawAsync(world);

        Assert.EndsWith("\r\n0\r\n\r\n", raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_CutBelowItsLength_IsAborted()
    {
        TaskCompletionSource received = new();
        await using ServingWorld world = await ServingWorld.StartAsync(async context =>
        {
            context.Response.ContentLength = 100;
            await context.Response.WriteAsync("{\"half\":");
            await context.Response.Body.FlushAsync();
            await received.Task;
            context.Abort();
        });

        using HttpResponseMessage response = await world.PostAsync();
        await using Stream body = await response.Content.ReadAsStreamAsync(Token);
        await body.ReadExactlyAsync(new byte[8], Token);
        received.SetResult();

        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null, Token));
    }

    [Fact]
    public async Task Answer_CutBeforeTheFirstByte_IsEngineUnavailable()
    {
        await using ServingWorld world = await ServingWorld.StartAsync(async context =>
        {
            await context.Response.StartAsync();
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        using HttpResponseMessage response = await world.PostAsync();

        await AssertErrorAsync(response, HttpStatusCode.ServiceUnavailable, "engine_unavailable");
    }

    [Fact]
    public async Task Stream_EngineExits_IsAbortedThoughTheConnectionStays()
    {
        await using ServingWorld world = await ServingWorld.StartAsync(async context =>
        {
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        using HttpResponseMessage response = await world.PostAsync();
        await using Stream body = await response.Content.ReadAsStreamAsync(Token);
        await body.ReadExactlyAsync(new byte[5], Token);
        await world.Gateway.Exited.CancelAsync();

        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null, Token));
    }

    [Fact]
    public async Task Request_EngineExitsBeforeItAnswers_IsEngineUnavailable()
    {
        TaskCompletionSource arrived = new();
        await using ServingWorld world = await ServingWorld.StartAsync(async context =>
        {
            arrived.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        });

        Task<HttpResponseMessage> posting = world.PostAsync();
        await arrived.Task.WaitAsync(Token);
        await world.Gateway.Exited.CancelAsync();
        using HttpResponseMessage response = await posting;

        await AssertErrorAsync(response, HttpStatusCode.ServiceUnavailable, "engine_unavailable");
        Assert.Equal(0, world.Gateway.OpenLeases);
    }

    [Fact]
    public async Task Request_NothingListens_IsEngineUnavailable()
    {
        await using ServingWorld world = await ServingWorld.StartAsync();
        world.Gateway.Engine = await EngineStandIn.StartRefusingAsync(world.Socket);

        using HttpResponseMessage response = await world.PostAsync();

        await AssertErrorAsync(response, HttpStatusCode.ServiceUnavailable, "engine_unavailable");
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Client_Aborts_TheEngineSeesItAndTheLeaseEnds()
    {
        TaskCompletionSource aborted = new();
        await using ServingWorld world = await ServingWorld.StartAsync(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await aborted.Task;
        });

        using (HttpResponseMessage response = await world.PostAsync())
        {
            await using Stream body = await response.Content.ReadAsStreamAsync(Token);
            await body.ReadExactlyAsync(new byte[5], Token);
        }

        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        await ServingWorld.UntilAsync(() => world.Gateway.OpenLeases == 0, "the lease is given back");
        await ServingWorld.UntilAsync(
            () => world.Metrics.Contains("status=\"499\"", StringComparison.Ordinal),
            "the abort is counted"
        );
    }

    [Fact]
    public async Task Client_AbortsWhileTheEngineThinks_TheEngineSeesIt()
    {
        TaskCompletionSource arrived = new();
        TaskCompletionSource aborted = new();
        await using ServingWorld world = await ServingWorld.StartAsync(async context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            arrived.SetResult();
            await aborted.Task;
        });
        using CancellationTokenSource giveUp = new();

        Task<HttpResponseMessage> posting = world.Client.PostAsync(
            ServingWorld.Chat,
            new StringContent("{}"),
            giveUp.Token
        );
        await arrived.Task.WaitAsync(Token);
        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => posting);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(10), Token);
        await ServingWorld.UntilAsync(() => world.Gateway.OpenLeases == 0, "the lease is given back");
    }

    [Fact]
    public async Task Body_LargeBothWays_IsTheSame()
    {
        await using ServingWorld world = await ServingWorld.StartAsync(context =>
            context.Request.Body.CopyToAsync(context.Response.Body)
        );
        byte[] sent = new byte[1 << 20];
        new Random(7).NextBytes(sent);

        using HttpResponseMessage response = await world.PostAsync(new ByteArrayContent(sent));

        Assert.Equal(sent, await response.Content.ReadAsByteArrayAsync(Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_TooLong_Is413(bool chunked)
    {
        await using ServingWorld world = await ServingWorld.StartAsync(async context =>
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
            await context.Response.WriteAsync("read it all");
        });
        byte[] body = new byte[(1 << 20) + 1];
        HttpContent content = chunked
            ? new StreamContent(new MemoryStream(body)) { Headers = { ContentLength = null } }
            : new ByteArrayContent(body);
        HttpRequestMessage request = new(HttpMethod.Post, ServingWorld.Chat) { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        request.Headers.ExpectContinue = true;

        using HttpResponseMessage response = await world.Client.SendAsync(request, Token);

        await AssertErrorAsync(response, HttpStatusCode.RequestEntityTooLarge, "request_too_large");
        Assert.Equal(0, world.Gateway.OpenLeases);
    }

    [Fact]
    public async Task Headers_OfTheConnectionAndCredentials_StayBehind()
    {
        Dictionary<string, string> seen = new(StringComparer.OrdinalIgnoreCase);
        await using ServingWorld world = await ServingWorld.StartAsync(async context =>
        {
            foreach (
                (string name, Microsoft.Extensions.Primitives.StringValues value) in context.Request.Headers
            )
            {
                seen[name] = value.ToString();
            }

            context.Response.Headers.SetCookie = "a=b";
            context.Response.Headers["X-Engine"] = "yes";
            context.Response.Headers["X-Hop"] = "no";
            context.Response.Headers.Connection = "X-Hop";
            context.Response.StatusCode = 418;
            await context.Response.WriteAsync("tea");
        });
        HttpRequestMessage request = new(HttpMethod.Post, ServingWorld.Chat + "?a=b%20c")
        {
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Cookie", "secret=1");
        request.Headers.Add("X-Request-Id", "r1");
        request.Headers.Add("X-Named", "hop");
        request.Headers.Add("TE", "trailers");
        request.Headers.Connection.Add("X-Named");

        using HttpResponseMessage response = await world.Client.SendAsync(request, Token);

        Assert.Equal(418, (int)response.StatusCode);
        Assert.Equal(["yes"], response.Headers.GetValues("X-Engine"));
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.False(response.Headers.Contains("X-Hop"));
        Assert.Equal("r1", seen["X-Request-Id"]);
        Assert.StartsWith("application/json", seen["Content-Type"], StringComparison.Ordinal);
        Assert.Equal("engine", seen["Host"]);
        foreach (string name in (string[])["Authorization", "Cookie", "X-Named", "TE"])
        {
            Assert.False(seen.ContainsKey(name), name);
        }
    }

    internal static async Task AssertErrorAsync(
        HttpResponseMessage response,
        HttpStatusCode status,
        string code
    )
    {
        JsonElement error = JsonDocument
            .Parse(await response.Content.ReadAsStringAsync(Token))
            .RootElement.GetProperty("error");
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, error.GetProperty("code").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.NotEmpty(error.GetProperty("type").GetString()!);
    }

    private static async Task<string> RawAsync(ServingWorld world, Action<string>? received = null)
    {
        Uri server = world.Host.Address;
        StringBuilder request = new();
        request.Append($"POST /{ServingWorld.Chat} HTTP/1.1\r\nHost: {server.Authority}\r\n");
        request.Append($"Authorization: Bearer {ServingWorld.Secret}\r\n");
        request.Append("Connection: close\r\nContent-Length: 2\r\n\r\n{}");
        return await RawHttp.ExchangeAsync(server, request.ToString(), Token, received);
    }
}
