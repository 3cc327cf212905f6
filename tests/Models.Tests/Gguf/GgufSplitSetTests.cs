using LlmOperator.Models.Gguf;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Models.Tests.Gguf;

public sealed class GgufSplitSetTests
{
    [Fact]
    public async Task Require_AllPartsInOrder_Passes()
    {
        GgufSplitSet.Require([await PartAsync(0), await PartAsync(1), await PartAsync(2)]);
    }

    [Fact]
    public async Task Require_OneWholeFile_Passes()
    {
        GgufSplitSet.Require([await GgufReaderTests.ReadAsync(ModelShapes.TinyLlama())]);
    }

    public static TheoryData<int[], string> Faults =>
        new()
        {
            { [], "no file was given" },
            { [0, 1], "it has 3 parts (key 'split.count') but 2 were given" },
            { [0, 2, 1], "file 2 of 3 says that it is part 3" },
            { [0, 1, 1], "file 3 of 3 says that it is part 2" },
            { [1, 1, 2], "file 1 of 3 says that it is part 2" },
        };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Require_PartsMissingOrMixedUp_SaysWhich(int[] numbers, string expected)
    {
        List<GgufFile> parts = [];
        foreach (int number in numbers)
        {
            parts.Add(await PartAsync(number));
        }

        AssertRefused(parts, expected);
    }

    [Fact]
    public async Task Require_PartOfAnotherModel_IsRefused()
    {
        AssertRefused(
            [await PartAsync(0), await PartAsync(1), await PartAsync(2, tensors: 9)],
            "part 3 speaks of 3 parts and 9 tensors, the first of 3 and 3"
        );
        AssertRefused(
            [
                await PartAsync(0),
                await GgufReaderTests.ReadAsync(ModelShapes.TinyLlama()),
                await PartAsync(2),
            ],
            "file 2 of 3 is a whole model"
        );
    }

    [Fact]
    public async Task Require_TensorsLostOrTwice_IsRefused()
    {
        AssertRefused(
            [await PartAsync(0, tensors: 4), await PartAsync(1, tensors: 4), await PartAsync(2, tensors: 4)],
            "its parts hold 3 tensors where the key 'split.tensors.count' says 4"
        );
        AssertRefused(
            [await PartAsync(0, name: "t"), await PartAsync(1, name: "t"), await PartAsync(2)],
            "tensor 't' is in two of its parts"
        );
    }

    [Theory]
    [InlineData("a/model-q8-00002-of-00003.gguf", "a/model-q8", 2, 3)]
    [InlineData("M-00001-OF-00001.GGUF", "M", 1, 1)]
    public void TryParse_NameOfAPart_IsRead(string text, string stem, int number, int count)
    {
        Assert.True(GgufSplitName.TryParse(text, out GgufSplitName? part));
        Assert.Equal((stem, number, count), (part.Stem, part.Number, part.Count));
        Assert.Equal(count, part.All().Count);
    }

    [Theory]
    [InlineData("model.gguf")]
    [InlineData("model-00000-of-00003.gguf")]
    [InlineData("model-00004-of-00003.gguf")]
    [InlineData("model-1-of-3.gguf")]
    [InlineData("model-00001-of-99999.gguf")]
    [InlineData("model-00001-of-00003.bin")]
    public void TryParse_AnyOtherName_IsNone(string text)
    {
        Assert.False(GgufSplitName.TryParse(text, out _));
    }

    private static void AssertRefused(List<GgufFile> parts, string expected)
    {
        InvalidModelException error = Assert.Throws<InvalidModelException>(() => GgufSplitSet.Require(parts));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    private static Task<GgufFile> PartAsync(int number, uint tensors = 3, string? name = null) =>
        GgufReaderTests.ReadAsync(
            new GgufBuilder()
                .UInt32("split.no", (uint)number)
                .UInt32("split.count", 3)
                .UInt32("split.tensors.count", tensors)
                .Tensor(name ?? $"t{number}", GgmlType.F32, [4])
                .Build()
        );
}
