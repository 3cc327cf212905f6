namespace LlmOperator.Models.Gguf;

/// <summary>Numbers of the format.</summary>
internal static class GgufConstants
{
    /// <summary>Alignment of a file that states none, bytes.</summary>
    public const int DefaultAlignment = 32;

    /// <summary>Parts of a split model: file names have five digits for the number, the key 16 bits.</summary>
    public const int MaxParts = ushort.MaxValue;
}
