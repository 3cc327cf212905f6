using LlmOperator.Models.Gguf;

namespace LlmOperator.Testing.Gguf.Shapes;

/// <summary>Shapes as headers in memory and as sparse files.</summary>
public static class ShapeFiles
{
    /// <summary>The header, read as any file's would be.</summary>
    public static async Task<GgufFile> ReadAsync(RealShape shape, CancellationToken cancellationToken)
    {
        GgufBuilder builder = shape.Build();
        byte[] header = builder.BuildHeader();
        return await GgufReader.ReadAsync(
            new HollowByteRangeSource(header, header.Length + builder.DataLength),
            GgufLimits.Default,
            cancellationToken
        );
    }

    /// <summary>Bytes of the whole file, most of them a hole.</summary>
    public static long Write(RealShape shape, string path)
    {
        GgufBuilder builder = shape.Build();
        builder.WriteFile(path);
        return new FileInfo(path).Length;
    }
}
