using LlmOperator.NodeAgent.Pulling;

namespace LlmOperator.NodeAgent.Tests.Pulling;

/// <summary>Puts units into a partial file as a download does.</summary>
internal static class PartialFiller
{
    public static void Fill(PartialFile file, byte[] content, IEnumerable<int> units)
    {
        ScriptedUnitSource source = new();
        foreach (int unit in units)
        {
            UnitWriter writer = file.WriterOf(unit, source, skip: 0, out _);
            writer.Write(content.AsSpan((int)file.Layout.OffsetOf(unit), file.Layout.LengthOf(unit)));
            file.Finish(unit, writer.Sums(), source);
        }
    }
}
