using System.Net;
using System.Text;
using LlmOperator.Engines;

namespace LlmOperator.Storm.Nodes;

/// <summary>A model that answers the agent's benchmark at once.</summary>
internal sealed class StormEngineInstance(string model) : IEngineInstance
{
    private static readonly HttpClient s_client = new(new Answers())
    {
        BaseAddress = new Uri("http://engine.invalid/"),
    };

    private readonly TaskCompletionSource<EngineExit> _completion = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public HttpClient Client => s_client;

    public string ModelId => model;

    public EngineState State => _completion.Task.IsCompleted ? EngineState.Exited : EngineState.Ready;

    public Task<EngineExit> Completion => _completion.Task;

    public int? ProcessId => null;

    public IReadOnlyList<string> LastErrorLines => [];

    public Task StopAsync(TimeSpan grace, CancellationToken cancellationToken)
    {
        _completion.TrySetResult(new EngineExit { Requested = true });
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero, CancellationToken.None);

    private sealed class Answers : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        ) =>
            Task.FromResult(
                new HttpResponseMessage(HttpStatusCode.OK)
                {
                    Content = new StringContent(
                        """{"timings":{"prompt_per_second":1000.0,"predicted_per_second":100.0} }""",
                        Encoding.UTF8,
                        "application/json"
                    ),
                }
            );
    }
}
