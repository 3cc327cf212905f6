namespace LlmOperator.Operator.LlmModels;

/// <summary>What is known of a model's sources: closed hierarchy.</summary>
internal abstract record Inspection
{
    private Inspection() { }

    /// <summary>Every variant's header was read.</summary>
    public sealed record Done(IReadOnlyList<InspectedVariant> Variants) : Inspection
    {
        /// <summary>What later looks at the sources found, for people.</summary>
        public IReadOnlyList<string> Notices { get; init; } = [];

        /// <summary>Why what a source means by now was refused, so that what was found before stays; null when nothing was.</summary>
        public string? Refused { get; init; }
    }

    /// <summary>A source could not be resolved or read.</summary>
    /// <param name="Reason">Reason of the condition.</param>
    /// <param name="Message">What is wrong and what to do.</param>
    /// <param name="IsTerminal">Only a change by a person will help.</param>
    public sealed record Failed(string Reason, string Message, bool IsTerminal) : Inspection;
}
