using LlmOperator.Models.Sources;

namespace LlmOperator.NodeAgent.Tests.Store;

public sealed class AccessLabelsTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Accept_NewFile_IsOpenToItsNamespaceOnlyAlsoAfterARestart()
    {
        ModelDigest digest = _fixture.Add(1, 10);
        _fixture.Store.Access.Accept(digest, "team-a", isNew: true);

        _fixture.Reopen();

        Assert.True(_fixture.Store.Access.IsOpenTo(digest, "team-a"));
        Assert.False(_fixture.Store.Access.IsOpenTo(digest, "team-b"));
        _fixture.Store.Access.Accept(digest, "team-b", isNew: false);
        Assert.Equal(["team-a", "team-b"], _fixture.Store.Access.NamespacesOf(digest)!.Order());
    }

    [Fact]
    public void Accept_FileThatIsHereForAnybody_StaysOpen()
    {
        ModelDigest digest = _fixture.Add(1, 10);

        _fixture.Store.Access.Accept(digest, "team-a", isNew: false);

        Assert.Null(_fixture.Store.Access.NamespacesOf(digest));
        Assert.True(_fixture.Store.Access.IsOpenTo(digest, "team-b"));
    }

    [Fact]
    public void Delete_PrivateFile_TakesItsLabelAlong()
    {
        ModelDigest digest = _fixture.Add(1, 10);
        _fixture.Store.Access.Accept(digest, "team-a", isNew: true);

        Assert.Equal(10, _fixture.Collector.DeleteUnpinned(long.MaxValue));

        Assert.Null(_fixture.Store.Access.NamespacesOf(digest));
    }
}
