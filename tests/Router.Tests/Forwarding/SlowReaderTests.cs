using LlmOperator.Router.Forwarding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.Router.Tests.Forwarding;

public sealed class SlowReaderTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Connection _connection = new();
    private readonly DefaultHttpContext _client = new();

    public SlowReaderTests() => _client.Features.Set<IHttpRequestLifetimeFeature>(_connection);

    [Fact]
    public async Task Wait_ClientReadsNothing_ItsConnectionIsClosed()
    {
        Task wait = SlowReader.WaitAsync(new ValueTask(_connection.Write.Task), 100, _client, _time).AsTask();
        _time.Advance(TimeSpan.FromSeconds(29));
        bool wasWaiting = !wait.IsCompleted;
        _time.Advance(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.True(wasWaiting);
        Assert.True(_connection.RequestAborted.IsCancellationRequested);
    }

    [Fact]
    public async Task Wait_MuchIsWritten_HasTheTimeOfASlowNetwork()
    {
        Task wait = SlowReader
            .WaitAsync(new ValueTask(_connection.Write.Task), 16 << 20, _client, _time)
            .AsTask();
        _time.Advance(TimeSpan.FromSeconds(1000));
        _connection.Write.SetResult();

        await wait;
        Assert.False(_connection.RequestAborted.IsCancellationRequested);
    }

    /// <summary>A connection that gives up what is being written when it is closed.</summary>
    private sealed class Connection : IHttpRequestLifetimeFeature
    {
        public TaskCompletionSource Write { get; } = new();

        public CancellationToken RequestAborted { get; set; }

        public void Abort()
        {
            RequestAborted = new CancellationToken(canceled: true);
            Write.TrySetCanceled(RequestAborted);
        }
    }
}
