using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Peers.Fetching;
using LlmOperator.NodeAgent.Pulling;
using LlmOperator.NodeAgent.Tests.Pulling;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.NodeAgent.Tests.Peers;

/// <summary>When a node that is to ask peers only goes to the origin, and whether it says so.</summary>
public sealed class PeerSourceSetTests
{
    private static readonly PeerOptions s_options = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<PullFall> _falls = [];

    [Fact]
    public async Task Current_NoPeerMovesForAWhile_AsksTheOriginAndTellsItOnce()
    {
        await using PeerSourceSet set = Set(new PeerLook([], ["gone"], [], []));

        Assert.Empty(set.Current);
        _time.Advance(s_options.OriginAfter + s_options.OriginStep);

        Assert.Equal("origin", Assert.Single(set.Current).Name);
        _time.Advance(s_options.OriginAfter);
        Assert.Single(set.Current);
        PullFall fall = Assert.Single(_falls);
        Assert.Equal(("peers", "origin"), (fall.From, fall.To));
    }

    [Fact]
    public async Task Current_NamedSeeder_AsksTheOriginAtOnceAndNothingFailed()
    {
        await using PeerSourceSet set = Set(new PeerLook([], ["me"], [], []));

        Assert.Equal("origin", Assert.Single(set.Current).Name);
        Assert.Empty(_falls);
    }

    [Fact]
    public async Task MayAskOrigin_PartOfAnotherSeeder_OnlyWhenNeitherGetsAnything()
    {
        await using PeerSourceSet set = Set(new PeerLook([], ["me", "other"], [], []));
        _ = set.Current;

        Assert.True(set.MayAskOrigin(0));
        Assert.False(set.MayAskOrigin(9));
        _time.Advance(s_options.ShareFor / 2);
        set.OthersMoved();
        _time.Advance(s_options.ShareFor / 2);
        Assert.False(set.MayAskOrigin(9));
        _time.Advance(s_options.ShareFor / 2);
        Assert.True(set.MayAskOrigin(9));
        set.OriginMoved();
        Assert.False(set.MayAskOrigin(9));
    }

    [Fact]
    public async Task MayAskOrigin_UnitInDoubt_AtOnceWhoeverSeeds()
    {
        await using PeerSourceSet set = Set(new PeerLook([], ["other"], [], []));
        Assert.Empty(set.Current);

        set.Doubt([3]);

        Assert.Equal("origin", Assert.Single(set.Current).Name);
        Assert.True(set.MayAskOrigin(3));
    }

    private PeerSourceSet Set(PeerLook look) =>
        new(
            new PeerWorldView
            {
                Node = "me",
                Replica = "",
                Look = () => look,
                Source = (_, _, _) => throw new InvalidOperationException("There are no peers."),
                Show = _ => { },
                Tell = (_, _) => { },
                OnFall = _falls.Add,
                Quarantine = (_, _) => { },
                IsQuarantined = _ => false,
            },
            new ResolvedFile
            {
                Role = ResolvedFileRole.Weights,
                Digest = ModelDigest.Parse("sha256:" + new string('a', 64)),
                SizeBytes = 100,
                Url = new Uri("https://example.com/tiny.gguf"),
            },
            new UnitLayout(100, 10),
            [new ScriptedUnitSource { Name = "origin" }],
            s_options,
            _time,
            () => ValueTask.CompletedTask
        );
}
