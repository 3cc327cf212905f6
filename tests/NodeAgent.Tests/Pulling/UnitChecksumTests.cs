using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Tests.Pulling;

public sealed class UnitChecksumTests
{
    private readonly byte[] _bytes = new byte[1003];

    public UnitChecksumTests() => new Random(3).NextBytes(_bytes);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(500)]
    public void Add_PiecesOfAnyLength_IsThatOfTheWhole(int length)
    {
        UnitChecksum pieces = new();
        foreach (byte[] piece in _bytes.Chunk(length))
        {
            pieces.Add(piece);
        }

        Assert.Equal(Of(_bytes), pieces.ToString());
    }

    [Fact]
    public void Add_AnyBitOrTheLengthIsOther_IsAnother()
    {
        HashSet<string> seen = [Of(_bytes), Of(_bytes[..^1]), Of(new byte[32]), Of(new byte[64]), Of([])];
        for (int place = 0; place < _bytes.Length; place++)
        {
            _bytes[place] ^= 1;
            seen.Add(Of(_bytes));
            _bytes[place] ^= 1;
        }

        Assert.Equal(_bytes.Length + 5, seen.Count);
    }

    private static string Of(byte[] bytes)
    {
        UnitChecksum checksum = new();
        checksum.Add(bytes);
        return checksum.ToString();
    }
}
