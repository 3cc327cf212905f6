using System.Runtime.InteropServices;

namespace LlmOperator.Models.Gguf;

/// <summary>What a message is about; put into words only when there is a message.</summary>
/// <param name="Kind">Such as <c>tensor</c>.</param>
/// <param name="Index">Position in the file, while it has no name yet.</param>
/// <param name="Name">Name.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GgufSubject(string Kind, int? Index = null, string? Name = null)
{
    private const int ShownLength = 80;

    public override string ToString() =>
        Name is not null ? $"{Kind} '{(Name.Length <= ShownLength ? Name : Name[..ShownLength] + "…")}'"
        : Index is not null ? $"{Kind} {Index}"
        : Kind;
}
