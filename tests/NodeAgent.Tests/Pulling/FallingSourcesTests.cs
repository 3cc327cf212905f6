using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Tests.Pulling;

public sealed class FallingSourcesTests
{
    private readonly List<string> _falls = [];
    private bool _isDown = true;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OpenAsync_FirstFails_AsksTheNextAndTellsEachFailedPlaceOnce()
    {
        IReadOnlyList<IUnitSource> sources = Sources();
        Assert.Equal([1, 0, 0], sources.Select(s => s.Connections));

        await FailAsync(sources[0]);
        await FailAsync(sources[0]);
        Assert.Equal([1, 1, 0], sources.Select(s => s.Connections));
        await FailAsync(sources[1]);
        Assert.Equal([1, 1, 1], sources.Select(s => s.Connections));
        await FailAsync(sources[2]);

        Assert.Equal(
            [
                "origin failed, so that mirror one is asked: origin is down",
                "mirror one failed, so that mirror two is asked: mirror one is down",
            ],
            _falls
        );
    }

    [Fact]
    public async Task OpenAsync_FirstIsBack_LeavesTheNextAlone()
    {
        IReadOnlyList<IUnitSource> sources = Sources();
        await FailAsync(sources[0]);

        _isDown = false;
        await sources[0].OpenAsync(default, Token);

        Assert.Equal([1, 0, 0], sources.Select(s => s.Connections));
    }

    [Fact]
    public async Task OpenAsync_Cancelled_IsNoFailure()
    {
        IReadOnlyList<IUnitSource> sources = FallingSources.InOrder(
            [
                new ScriptedUnitSource { Open = _ => throw new OperationCanceledException() },
                new ScriptedUnitSource(),
            ],
            fall => _falls.Add(fall.ToString())
        );

        await Assert.ThrowsAsync<OperationCanceledException>(() => sources[0].OpenAsync(default, Token));

        Assert.Empty(_falls);
        Assert.Equal(0, sources[1].Connections);
    }

    private IReadOnlyList<IUnitSource> Sources() =>
        FallingSources.InOrder(
            [.. new[] { "origin", "mirror one", "mirror two" }.Select(Source)],
            fall => _falls.Add(fall.ToString())
        );

    private ScriptedUnitSource Source(string name) =>
        new() { Name = name, Open = _ => _isDown ? throw new IOException($"{name} is down") : Stream.Null };

    private static Task<IOException> FailAsync(IUnitSource source) =>
        Assert.ThrowsAsync<IOException>(() => source.OpenAsync(default, Token));
}
