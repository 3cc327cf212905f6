using LlmOperator.Kubernetes.Serialization;

namespace LlmOperator.Operator.LlmModels;

/// <summary>Whether a spec is sound and allowed: closed hierarchy.</summary>
internal abstract record Acceptance
{
    private Acceptance() { }

    /// <summary>The spec is sound.</summary>
    /// <param name="Variants">Its variants, best first.</param>
    public sealed record Accepted(IReadOnlyList<SourceVariant> Variants) : Acceptance
    {
        /// <summary>Changes when any source does; replicas, contexts and the like do not count.</summary>
        public string Fingerprint =>
            string.Join('\n', Variants.Select(v => $"{v.Name}={KubernetesJson.ToText(v.Source)}"));
    }

    /// <summary>A person has to change something.</summary>
    /// <param name="Reason">Reason of the condition.</param>
    /// <param name="Message">What to change.</param>
    public sealed record Refused(string Reason, string Message) : Acceptance;
}
