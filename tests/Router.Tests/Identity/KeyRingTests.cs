using LlmOperator.Api.V1Alpha1;
using LlmOperator.Router.Identity;

namespace LlmOperator.Router.Tests.Identity;

public sealed class KeyRingTests
{
    private static readonly DateTimeOffset s_now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Find_KeyThatIsThere_IsItsCaller()
    {
        KeyRing ring = new World().Key("team", "the key of the team").Snapshot.Keys;

        Assert.Equal("default/team", ring.Find(KeyHash.Of("the key of the team")!.Value, s_now)?.Name);
        Assert.Null(ring.Find(KeyHash.Of("the key of the tean")!.Value, s_now));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void Find_KeyWithAnExpiry_OpensUntilThen(int secondsLeft, bool opens)
    {
        RouterKeySpec spec = new() { Expires = s_now.AddSeconds(secondsLeft) };
        KeyRing ring = new World().Key("team", "the key of the team", spec).Snapshot.Keys;

        Assert.Equal(opens, ring.Find(KeyHash.Of("the key of the team")!.Value, s_now) is not null);
    }

    [Fact]
    public void Of_TwoKeysWithOneHash_NeitherOpens()
    {
        KeyRing ring = new World().Key("a", "same").Key("b", "same").Key("c", "other").Snapshot.Keys;

        Assert.Null(ring.Find(KeyHash.Of("same")!.Value, s_now));
        Assert.Equal(1, ring.Count);
    }

    [Theory]
    [InlineData("coder", true)]
    [InlineData("coder-2", false)]
    [InlineData("gpt-4o", true)]
    [InlineData("GPT-4o", false)]
    [InlineData("default/coder", false)]
    public void AllowsName_ExactAndByBeginning_NothingElse(string name, bool allowed)
    {
        RouterKeySpec spec = new() { AllowedNames = ["coder", "gpt-*"] };
        Caller caller = new World().Key("team", "k", spec).Snapshot.Keys.Find(KeyHash.Of("k")!.Value, s_now)!;

        Assert.Equal(allowed, caller.AllowsName(name));
    }

    [Fact]
    public void Of_LongText_IsNoKey() => Assert.Null(KeyHash.Of(new string('k', 100_000)));

    [Theory]
    [InlineData("")]
    [InlineData("3bb7")]
    [InlineData("zz b741e2293b9240e6e1428b11c1aabbc4e8b9110e06c22cd871d945c84d2ba9")]
    public void Parse_NoHash_IsNull(string text) => Assert.Null(KeyHash.Parse(text));
}
