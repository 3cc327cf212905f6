using LlmOperator.Models.Gguf;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Models.Tests.Gguf;

public sealed class GgufMutationTests
{
    private const int Mutations = 30_000;
    private const long MaxAllocatedBytes = 64 << 20;

    [Fact]
    public async Task ReadAsync_MutatedFiles_AreReadOrRefusedWithinBounds()
    {
        int seed = Environment.TickCount;
        // Shown when the test fails, whatever was thrown.
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        // The header and a little of the data: a mutation anywhere else changes nothing.
        byte[] original = ModelShapes.TinyLlama();
        int headerBytes = (int)(await GgufReaderTests.ReadAsync(original)).HeaderBytes;
        int refused = 0;
        for (int round = 0; round < Mutations; round++)
        {
            byte[] mutated = Mutate(original, headerBytes, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                GgufFile file = await GgufReaderTests.ReadAsync(mutated);
                _ = ModelFacts.From(file);
            }
            catch (InvalidModelException error)
            {
                refused++;
                Assert.False(string.IsNullOrWhiteSpace(error.Message), $"seed {seed} round {round}");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(
                allocated < MaxAllocatedBytes,
                $"seed {seed} round {round}: {allocated} bytes allocated"
            );
        }

        Assert.InRange(refused, Mutations / 10, Mutations);
    }

    private static byte[] Mutate(byte[] original, int headerBytes, Random random)
    {
        byte[] bytes = random.Next(20) == 0 ? original[..random.Next(original.Length)] : [.. original];
        int count = random.Next(1, 6);
        for (int i = 0; i < count && bytes.Length > 0; i++)
        {
            // Half of the mutations hit the first and the last kilobyte, where the counts and the table are.
            int position = random.Next(4) switch
            {
                0 => random.Next(1024),
                1 => headerBytes - 1 - random.Next(1024),
                _ => random.Next(headerBytes),
            };
            position = Math.Min(position, bytes.Length - 1);
            switch (random.Next(4))
            {
                case 0:
                    bytes[position] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[position] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.AsSpan(position, Math.Min(8, bytes.Length - position)).Fill(0xFF);
                    break;
                default:
                    random.NextBytes(bytes.AsSpan(position, Math.Min(8, bytes.Length - position)));
                    break;
            }
        }

        return bytes;
    }
}
