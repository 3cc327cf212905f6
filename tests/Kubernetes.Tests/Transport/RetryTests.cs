using LlmOperator.Kubernetes.Client;
using LlmOperator.Kubernetes.Errors;
using LlmOperator.Kubernetes.Meta;
using LlmOperator.Testing.Kubernetes;
using LlmOperator.Testing.Waiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Kubernetes.Tests.Transport;

public sealed class RetryTests : IAsyncLifetime
{
    private static readonly ObjectKey s_key = new("n", "a");

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger _log = new();
    private ScriptedApiServer _server = null!;
    private KubernetesClient _client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ScriptedApiServer.StartAsync(_ => Task.CompletedTask);

        // The fake clock jumps to retry delays; the deadline of a call must not stand in the way.
        _client = new KubernetesClient(
            _server.Configuration with
            {
                RequestTimeout = TimeSpan.FromDays(1),
            },
            _time,
            _log
        );
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [Trait("Semantics", "C9")]
    [InlineData(429)]
    [InlineData(503)]
    public async Task Write_RetryAfter_IsSentAgainWithItsBody(int code)
    {
        _server.Handler = c => Answer(c, _server.Requests.Count <= 2 ? code : 200, retryAfter: "3");
        Task<Widget> applying = _client.ApplyAsync(
            new Widget
            {
                Metadata = new ObjectMeta { Name = "a", Namespace = "n" },
            },
            new ApplyOptions { FieldManager = "me" },
            Cancelled
        );

        await FinishAsync(applying);

        Assert.Equal(3, _server.Requests.Count);
        Assert.Single(_server.Requests.Select(r => r.BodyText).Distinct());
    }

    [Fact]
    [Trait("Semantics", "C9")]
    public async Task Call_RetryAfterForEver_StopsAfterTenRetries()
    {
        _server.Handler = c => Answer(c, 429, retryAfter: "1");
        Task<Widget> getting = _client.GetAsync<Widget>(s_key, Cancelled);

        KubernetesApiException error = await Assert.ThrowsAsync<KubernetesApiException>(() =>
            FinishAsync(getting)
        );

        Assert.True(error.IsTooManyRequests);
        Assert.Equal(TimeSpan.FromSeconds(1), error.RetryAfter);
        Assert.Equal(11, _server.Requests.Count);
    }

    [Theory]
    [Trait("Semantics", "C9")]
    [InlineData(429)]
    [InlineData(500)]
    public async Task Call_NoRetryAfter_IsNotRepeated(int code)
    {
        _server.Handler = c => Answer(c, code, retryAfter: null);

        await Assert.ThrowsAsync<KubernetesApiException>(() => _client.GetAsync<Widget>(s_key, Cancelled));

        Assert.Single(_server.Requests);
    }

    [Fact]
    [Trait("Semantics", "C9")]
    public async Task LostConnection_Read_IsRepeatedAndAWriteIsNot()
    {
        _server.Handler = c =>
        {
            if (_server.Requests.Count == 1)
            {
                c.Abort();
                return Task.CompletedTask;
            }

            return Answer(c, 200, retryAfter: null);
        };
        await FinishAsync(_client.GetAsync<Widget>(s_key, Cancelled));
        Assert.Equal(2, _server.Requests.Count);

        _server.Handler = c =>
        {
            c.Abort();
            return Task.CompletedTask;
        };
        await Assert.ThrowsAsync<HttpRequestException>(() =>
            _client.CreateAsync(
                new Widget
                {
                    Metadata = new ObjectMeta { Name = "a", Namespace = "n" },
                },
                new WriteOptions { FieldManager = "me" },
                Cancelled
            )
        );
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    [Trait("Semantics", "C10")]
    public async Task Warnings_SameText_AreLoggedOnceAndTheUserAgentSaysWhoWeAre()
    {
        _server.Handler = c =>
        {
            c.Response.Headers.Append("Warning", "299 - \"v1 is deprecated\"");
            return Answer(c, 200, retryAfter: null);
        };

        await _client.GetAsync<Widget>(s_key, Cancelled);
        await _client.GetAsync<Widget>(s_key, Cancelled);

        Assert.Equal(["The API server warns: v1 is deprecated"], _log.Entries);
        Assert.StartsWith(
            "LlmOperator.Kubernetes.Tests/",
            _server.Requests[0].Headers["User-Agent"],
            StringComparison.Ordinal
        );
    }

    private static Task Answer(HttpContext context, int code, string? retryAfter)
    {
        context.Response.StatusCode = code;
        if (retryAfter is not null && code != 200)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return context.Response.WriteAsync("""{"metadata":{"name":"a","namespace":"n"}}""");
    }

    private async Task FinishAsync(Task task)
    {
        await Eventually.IsTrueAsync(
            () => task.IsCompleted,
            "the call",
            () => _time.Advance(TimeSpan.FromMilliseconds(500))
        );
        await task;
    }

    private sealed class RecordingLogger : ILogger<KubernetesClient>
    {
        public List<string> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Entries.Add(formatter(state, exception));
    }
}
