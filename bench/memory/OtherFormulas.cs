using LlmOperator.Models.Gguf;
using LlmOperator.Models.Memory;

namespace LlmOperator.Bench.Memory;

/// <summary>How other systems estimate, in MiB over all devices.</summary>
internal static class OtherFormulas
{
    private const double Mebibyte = 1 << 20;
    private const int HalfBytes = 2;

    /// <summary>A fifth more than the weights and two GiB: what operators with one constant do.</summary>
    public static double Constant(GgufFile file) => (Weights(file) * 1.2) + 2048;

    /// <summary>Keys and values of every attention head in every layer, in 16 bits.</summary>
    public static double CacheOfAllHeads(ModelFacts facts, LoadParameters load) =>
        2.0 * facts.BlockCount * facts.EmbeddingLength * load.TotalContext * HalfBytes / Mebibyte;

    /// <summary>Keys and values of the key-value heads in every layer, whatever it keeps, in 16 bits.</summary>
    public static double CacheOfKeyHeads(ModelFacts facts, LoadParameters load) =>
        2.0
        * facts.BlockCount
        * facts.HeadCountKv.DefaultIfEmpty(0).Max()
        * facts.KeyLength
        * load.TotalContext
        * HalfBytes
        / Mebibyte;

    /// <summary>Ollama's check before a load: the file, and a cache of the fewest key-value heads of a layer.</summary>
    public static double OllamaPreflight(GgufFile file, ModelFacts facts, LoadParameters load)
    {
        double head = facts.HeadCount > 0 ? (double)facts.EmbeddingLength / facts.HeadCount : 0;
        double cache =
            2.0
            * facts.BlockCount
            * facts.HeadCountKv.DefaultIfEmpty(0).Min()
            * head
            * load.TotalContext
            * HalfBytes;
        return Weights(file) + (cache / Mebibyte);
    }

    /// <summary>Tensors of the file.</summary>
    public static double Weights(GgufFile file) => file.Tensors.Sum(tensor => tensor.SizeBytes) / Mebibyte;
}
