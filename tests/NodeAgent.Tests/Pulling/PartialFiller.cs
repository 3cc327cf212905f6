using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Tests.Pulling;

/// <summary>Puts units into a partial file as a download does.</summary>
internal static class PartialFiller
{
    public static async Task FillAsync(
        PartialFile file,
        byte[] content,
        IEnumerable<int> units,
        CancellationToken cancellationToken
    )
    {
        ScriptedUnitSource source = new();
        foreach (int unit in units)
        {
            UnitWriter writer = file.WriterOf(unit, source, skip: 0, out _);
            await writer.WriteAsync(
                content.AsMemory((int)file.Layout.OffsetOf(unit), file.Layout.LengthOf(unit)),
                cancellationToken
            );
            file.Finish(unit, writer.Digest(), source);
        }
    }
}
