using LlmOperator.NodeAgent.Peers.Authentication;
using Microsoft.Extensions.Time.Testing;

namespace LlmOperator.NodeAgent.Tests.Peers;

public sealed class PeerVerifierTests
{
    private const string Path = "/v1/blobs/sha256:00";
    private static readonly PeerKey s_key = PeerKey.FromToken("a-token-of-all-the-agents");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly PeerVerifier _verifier;

    public PeerVerifierTests()
    {
        _verifier = new PeerVerifier(s_key, "n2", _time);
    }

    [Fact]
    public void Verify_RequestOfAPeer_IsAcceptedOnce()
    {
        PeerClaim claim = Claim();
        string header = HeaderOf(s_key, claim);

        PeerVerdict.Accepted accepted = Assert.IsType<PeerVerdict.Accepted>(Verify(header));
        Assert.Equal(claim, accepted.Claim);
        Assert.Equal("replayed", Refusal(header).Code);
    }

    [Theory]
    [InlineData("GET", Path + "1", "bytes=0-9")]
    [InlineData("HEAD", Path, "bytes=0-9")]
    [InlineData("GET", Path, "bytes=0-10")]
    [InlineData("GET", Path, "")]
    public void Verify_RequestThatWasChanged_IsRefused(string method, string path, string range)
    {
        PeerVerdict verdict = _verifier.Verify(HeaderOf(s_key, Claim()), method, path, range);
        Assert.Equal("unauthorized", Assert.IsType<PeerVerdict.Refused>(verdict).Code);
    }

    [Theory]
    [InlineData("from=n1", "from=n3")]
    [InlineData("to=n2", "to=n9")]
    [InlineData("replica=default/demo-n1", "replica=other/demo-n1")]
    [InlineData("mac=", "mac=0")]
    public void Verify_HeaderThatWasChanged_IsRefused(string old, string now)
    {
        string header = HeaderOf(s_key, Claim());
        Assert.Contains(old, header, StringComparison.Ordinal);
        Assert.Equal("unauthorized", Refusal(header.Replace(old, now, StringComparison.Ordinal)).Code);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer a-token-of-all-the-agents")]
    [InlineData("LLMOP-PEER")]
    [InlineData("LLMOP-PEER from=n1,from=n1")]
    [InlineData("LLMOP-PEER from=n1,to=n2,time=x,nonce=y,mac=z")]
    public void Verify_NoSuchHeader_IsRefused(string? header) =>
        Assert.Equal("unauthorized", Refusal(header).Code);

    [Fact]
    public void Verify_ProofWithAnotherToken_IsRefusedWithTheRemedyAndProvesNothing()
    {
        PeerVerdict.Refused refused = Refusal(
            HeaderOf(PeerKey.FromToken("a-token-of-another-cluster"), Claim())
        );
        Assert.Equal("unauthorized", refused.Code);
        Assert.Contains("same serving token", refused.Message, StringComparison.Ordinal);
        Assert.Null(refused.Mac);
    }

    [Fact]
    public void Verify_RequestForAnotherNode_IsRefused()
    {
        PeerVerdict.Refused refused = Refusal(HeaderOf(s_key, Claim() with { To = "n7" }));
        Assert.Equal("other_node", refused.Code);
        Assert.Contains("n7", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-61, "behind")]
    [InlineData(61, "ahead of")]
    public void Verify_ClocksThatDiffer_AreNamedWithTheRemedy(int seconds, string word)
    {
        PeerClaim claim = Claim();
        claim = claim with { UnixMilliseconds = claim.UnixMilliseconds + seconds * 1000 };

        PeerVerdict.Refused refused = Refusal(HeaderOf(s_key, claim));

        Assert.Equal("clock_skew", refused.Code);
        Assert.Equal(
            $"The clock of node n1 is 61 s {word} that of node n2; at most 60 s are allowed: set both by the same time server.",
            refused.Message
        );
    }

    [Theory]
    [InlineData(-59)]
    [InlineData(59)]
    public void Verify_ClocksThatDifferALittle_AreAccepted(int seconds)
    {
        PeerClaim claim = Claim();
        claim = claim with { UnixMilliseconds = claim.UnixMilliseconds + seconds * 1000 };
        Assert.IsType<PeerVerdict.Accepted>(Verify(HeaderOf(s_key, claim)));
    }

    [Fact]
    public void Verify_ReplayAtAnyTime_IsRefused()
    {
        // Of the fast clock: it stays within the window for twice its length.
        PeerClaim claim = Claim();
        string header = HeaderOf(s_key, claim with { UnixMilliseconds = claim.UnixMilliseconds + 60_000 });
        Assert.IsType<PeerVerdict.Accepted>(Verify(header));
        for (int second = 0; second < 240; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.IsType<PeerVerdict.Refused>(Verify(header));
        }
    }

    [Fact]
    public void NonceMemory_WhenFull_SaysSoAndForgetsWithTime()
    {
        NonceMemory memory = new(TimeSpan.FromSeconds(10), 2, _time);
        Assert.True(memory.TryUse("a"));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(memory.TryUse("b"));
        Assert.Null(memory.TryUse("c"));
        Assert.False(memory.TryUse("a"));
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.True(memory.TryUse("c"));
    }

    [Fact]
    public void Key_OfAnAnswer_IsAnotherThanOfARequest()
    {
        PeerClaim claim = Claim();
        string mac = s_key.Sign(claim);
        PeerAnswer answer = new(206, 10, "bytes 0-9/10", "");
        string proof = s_key.Sign(mac, answer);

        Assert.True(s_key.IsRight(mac, answer, proof));
        Assert.False(s_key.IsRight(mac, answer with { ContentRange = "bytes 0-9/11" }, proof));
        Assert.False(s_key.IsRight(s_key.Sign(claim with { Nonce = PeerKey.NewNonce() }), answer, proof));
        Assert.False(PeerKey.FromToken("a-token-of-another-cluster").IsRight(mac, answer, proof));
        Assert.NotEqual(mac, proof);
    }

    private PeerClaim Claim() =>
        new()
        {
            Method = "GET",
            Path = Path,
            Range = "bytes=0-9",
            From = "n1",
            To = "n2",
            Replica = "default/demo-n1",
            UnixMilliseconds = _time.GetUtcNow().ToUnixTimeMilliseconds(),
            Nonce = PeerKey.NewNonce(),
        };

    private static string HeaderOf(PeerKey key, PeerClaim claim) =>
        $"{PeerClaim.Scheme} {claim.ToHeader(key.Sign(claim))}";

    private PeerVerdict Verify(string? header) => _verifier.Verify(header, "GET", Path, "bytes=0-9");

    private PeerVerdict.Refused Refusal(string? header) => Assert.IsType<PeerVerdict.Refused>(Verify(header));
}
