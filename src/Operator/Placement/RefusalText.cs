namespace LlmOperator.Operator.Placement;

/// <summary>What a way to load a model needs and lacks, in words.</summary>
internal static class RefusalText
{
    /// <summary>For example <c>Q4 needs 9.5Gi on CUDA0 (…); 7.8Gi is free, 1.7Gi is missing</c>.</summary>
    public static string Of(NodeFit fit)
    {
        DeviceClaim first = fit.Claims[0];
        string beside = string.Concat(
            fit.Claims.Skip(1).Select(c => $" and {ByteText.Of(c.Terms.Total)} on {c.Device}")
        );
        MemoryTerms terms = first.Terms;
        return $"{fit.Rung.Candidate.Description} needs {ByteText.Of(terms.Total)} on {first.Device}{beside} "
            + $"({ByteText.Of(terms.Weights)} weights, {ByteText.Of(terms.KvCache)} KV cache, "
            + $"{ByteText.Of(terms.Compute)} compute, {ByteText.Of(terms.Overhead)} overhead); "
            + $"{ByteText.Of(Math.Max(0, fit.FreeBytes))} is free, {ByteText.Of(fit.MissingBytes)} is missing";
    }
}
