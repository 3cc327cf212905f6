using LlmOperator.Models.Sources;
using LlmOperator.NodeAgent.Peers.Fetching;
using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Tests.Peers;

public sealed class MovingStreamTests
{
    [Fact]
    public async Task DisposeAsync_OverARange_ClosesItsConnection()
    {
        using HttpResponseMessage connection = new();
        RangeResponse response = new(RangeOutcome.FromOffset, new MemoryStream([1, 2, 3]), connection);
        int moved = 0;

        await using (MovingStream stream = new(new RangeStream(response), () => moved++))
        {
            Assert.Equal(3, await stream.ReadAsync(new byte[8], TestContext.Current.CancellationToken));
        }

        Assert.Equal(1, moved);
        Assert.Throws<ObjectDisposedException>(() => connection.Content = new ByteArrayContent([]));
    }
}
