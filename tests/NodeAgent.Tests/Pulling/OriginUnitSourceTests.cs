using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Tests.Pulling;

/// <summary>What an origin's answers say of the state of the file.</summary>
public sealed class OriginUnitSourceTests : IDisposable
{
    private const int Unit = 100;
    private const string First = "\"first\"";
    private const string Second = "\"second\"";
    private readonly ScriptedRanges _ranges = new();
    private readonly OriginUnitSource _source;

    public OriginUnitSourceTests()
    {
        ResolvedFile file = new()
        {
            Role = ResolvedFileRole.Weights,
            SizeBytes = 10 * Unit,
            Url = new Uri("http://models.example/m.gguf"),
        };
        _source = new OriginUnitSource(
            "origin",
            UnitSourceKind.Origin,
            file,
            _ranges,
            _ => Task.FromResult(file),
            () => 4,
            entityTag: null
        );
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAsync_RequestsOfBothStatesAreAnsweredInTurn_TheFileHasChangedOnce()
    {
        await AnswerAsync(OpenAsync(0), First);
        // Four connections are under way when the file is replaced; their answers come as they like.
        Task<Stream>[] underWay = [.. Enumerable.Range(1, 4).Select(OpenAsync)];
        string[] answers = [Second, First, Second, First];
        foreach ((Task<Stream> request, string tag) in underWay.Zip(answers))
        {
            await Assert.ThrowsAsync<ContentChangedException>(() => AnswerAsync(request, tag));
        }

        await AnswerAsync(OpenAsync(0), Second);
        await AnswerAsync(OpenAsync(1), Second);

        Assert.Equal(Second, _source.EntityTag);
    }

    [Fact]
    public async Task OpenAsync_FileChangesAgainAndAgain_SaysWhatToDo()
    {
        await AnswerAsync(OpenAsync(0), First);
        await Assert.ThrowsAsync<ContentChangedException>(() => AnswerAsync(OpenAsync(1), Second));
        await AnswerAsync(OpenAsync(0), Second);
        await Assert.ThrowsAsync<ContentChangedException>(() => AnswerAsync(OpenAsync(1), First));
        await AnswerAsync(OpenAsync(0), First);

        ModelSourceException error = await Assert.ThrowsAsync<ModelSourceException>(() =>
            AnswerAsync(OpenAsync(1), Second)
        );

        Assert.Equal(ModelSourceFailure.Invalid, error.Failure);
        Assert.Contains("sha256", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_AfterAChange_OneConnectionFindsOutWhatTheFileIsNow()
    {
        await AnswerAsync(OpenAsync(0), First);
        Assert.Equal(4, _source.Connections);

        await Assert.ThrowsAsync<ContentChangedException>(() => AnswerAsync(OpenAsync(1), Second));

        Assert.Equal(1, _source.Connections);
    }

    public void Dispose() => _source.Dispose();

    private Task<Stream> OpenAsync(int unit) =>
        _source.OpenAsync(new UnitSpan(unit, 1, unit * Unit, Unit), Token);

    private async Task AnswerAsync(Task<Stream> request, string tag)
    {
        _ranges.Answer(tag);
        await (await request).DisposeAsync();
    }

    /// <summary>Answers requests in the order in which they came, when the test says so.</summary>
    private sealed class ScriptedRanges : IRangeClient
    {
        private readonly Queue<TaskCompletionSource<RangeResponse>> _open = new();

        public void Answer(string tag) =>
            _open
                .Dequeue()
                .SetResult(
                    new RangeResponse(RangeOutcome.FromOffset, new MemoryStream()) { EntityTag = tag }
                );

        public Task<RangeResponse> OpenRangeAsync(
            ResolvedFile file,
            long offset,
            CancellationToken cancellationToken
        ) => OpenRangeAsync(file, offset, file.SizeBytes - offset, cancellationToken);

        public Task<RangeResponse> OpenRangeAsync(
            ResolvedFile file,
            long offset,
            long length,
            CancellationToken cancellationToken
        )
        {
            TaskCompletionSource<RangeResponse> answer = new();
            _open.Enqueue(answer);
            return answer.Task;
        }
    }
}
