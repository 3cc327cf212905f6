using System.Buffers.Binary;
using System.Text;
using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;
using LlmOperator.Testing.Engine;
using LlmOperator.Testing.Gguf;

namespace LlmOperator.Engines.Tests.Memory;

/// <summary>
/// The block sizes of all tensor types against the installed engine: when it opens a file it computes where each tensor
/// must begin from the sizes of those before it, and refuses any other place.
/// </summary>
public sealed class BlockSizeTests(EngineFixture fixture) : IClassFixture<EngineFixture>
{
    [Fact]
    public async Task Engine_TensorsOfEveryType_BeginWhereItExpectsThem()
    {
        string refusal = await RefusalOfAsync(_ => { });

        // All of the file was understood; only then the engine finds that no model has such tensors.
        Assert.Contains("wrong number of tensors", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Engine_TensorThatBeginsElsewhere_IsRefusedByItsName()
    {
        string last = NameOf(GgmlTypes.All.Max());
        string refusal = await RefusalOfAsync(file =>
        {
            // Behind the name: the number of dimensions, two of them, and the type.
            int name = file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(last));
            Span<byte> offset = file.AsSpan(name + last.Length + 4 + 8 + 8 + 4, 8);
            BinaryPrimitives.WriteInt64LittleEndian(
                offset,
                BinaryPrimitives.ReadInt64LittleEndian(offset) + 32
            );
        });

        Assert.DoesNotContain("wrong number of tensors", refusal, StringComparison.Ordinal);
    }

    private static string NameOf(GgmlType type) => $"probe.{(int)type}.weight";

    private async Task<string> RefusalOfAsync(Action<byte[]> change)
    {
        GgufBuilder builder = ModelShapes.Builder(new ModelShape(), random: null);
        foreach (GgmlType type in GgmlTypes.All.Order())
        {
            // 256 is a whole number of blocks of every type; 32 rows of any size need no padding behind them.
            builder.Tensor(NameOf(type), type, [256, 32]);
        }

        byte[] file = builder.Build();
        change(file);
        string path = Path.Combine(fixture.NewFolder(), "types.gguf");
        await File.WriteAllBytesAsync(path, file, TestContext.Current.CancellationToken);
        EngineException error = await Assert.ThrowsAsync<EngineException>(() =>
            fixture.Engine.ProjectAsync(
                new EngineLaunch
                {
                    Alias = "types",
                    Model = path,
                    RuntimeFolder = fixture.NewFolder(),
                    Load = new LoadParameters { ContextLength = 512 },
                },
                TestContext.Current.CancellationToken
            )
        );
        return string.Join('\n', error.Exit!.LastLines);
    }
}
