namespace LlmOperator.Models.Gguf;

/// <summary>What a LoRA adapter says of itself.</summary>
/// <param name="Alpha">Scale of the change (key <c>adapter.lora.alpha</c>); null when it is not stated.</param>
/// <param name="Rank">Width of the narrow matrices, the largest where they differ; 0 without any.</param>
/// <param name="Tensors">Weights of the model that are changed.</param>
public sealed record AdapterFacts(double? Alpha, int Rank, int Tensors)
{
    private const string Narrow = ".lora_a";

    /// <summary>The facts of an adapter's header; null for a file that is no adapter.</summary>
    public static AdapterFacts? From(GgufFile file)
    {
        if (file.Metadata.GetText(GgufKeys.FileKind) != "adapter")
        {
            return null;
        }

        GgufTensor[] narrow =
        [
            .. file.Tensors.Where(tensor => tensor.Name.EndsWith(Narrow, StringComparison.Ordinal)),
        ];
        double? alpha = file.Metadata.Values.GetValueOrDefault(GgufKeys.AdapterLoraAlpha) switch
        {
            GgufValue.Real real => real.Value,
            GgufValue.Integer whole => (double)whole.Value,
            _ => null,
        };
        long rank = narrow.Length == 0 ? 0 : narrow.Max(tensor => tensor.Dimensions.ElementAtOrDefault(1));
        return new AdapterFacts(alpha, (int)Math.Min(rank, int.MaxValue), narrow.Length);
    }
}
