using LlmOperator.NodeAgent.Peers.Fetching;
using LlmOperator.NodeAgent.Peers.Serving;
using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Tests.Peers;

/// <summary>Who is to blame when a unit and what a seeder said of it differ.</summary>
public sealed class SaidDigestsTests
{
    private static readonly string s_right = new('a', 64);
    private static readonly string s_wrong = new('b', 64);
    private readonly SaidDigests _said = new(4);

    [Fact]
    public void Dispute_OfWhoSaidTheDigest_IsGuilty()
    {
        Say("seeder", s_right);

        Assert.True(_said.Dispute("seeder", 0, s_wrong));
    }

    [Fact]
    public void Dispute_OfAnother_IsOpenUntilTheWholeFileTells()
    {
        Say("seeder", s_right);

        Assert.False(_said.Dispute("n2", 0, s_wrong));
        Assert.True(_said.IsInDispute("n2"));
        Assert.Equal([("n2", 0, false)], _said.Settle(_ => s_right));
    }

    [Fact]
    public void Settle_SeederSaidAWrongDigest_IsTheGuiltyOne()
    {
        Say("seeder", s_wrong);
        Assert.False(_said.Dispute("n2", 0, s_right));

        Assert.Equal([("seeder", 0, true)], _said.Settle(_ => s_right));
    }

    [Fact]
    public void Dispute_TwoNodesWithTheSameBytes_OutvoteTheSeeder()
    {
        Say("seeder", s_wrong);
        _said.Dispute("n2", 0, s_right);
        Assert.Equal(s_wrong, _said.Of(0));

        _said.Dispute("n3", 0, s_right);

        Assert.Null(_said.Of(0));
        Assert.True(_said.IsOutvoted("seeder"));
        Assert.False(_said.IsInDispute("n2"));
        Say("seeder", s_wrong);
        Assert.Null(_said.Of(0));
        Say("second", s_right);
        Assert.Equal(s_right, _said.Of(0));
    }

    [Fact]
    public void AuthorOr_BytesThatASeederVouchedFor_BlamesTheSeeder()
    {
        Say("seeder", s_wrong);

        Assert.Equal("seeder", _said.AuthorOr("n2", 0, new UnitFault(UnitCheck.WholeFile, s_wrong)));
        Assert.Equal("n2", _said.AuthorOr("n2", 1, new UnitFault(UnitCheck.WholeFile, s_wrong)));
    }

    private void Say(string node, string digest) =>
        _said.Add(
            node,
            new PeerUnits
            {
                UnitBytes = 1,
                SizeBytes = 4,
                Have = [1],
                Told = [1],
                Digests = Convert.FromHexString(digest),
            }
        );
}
