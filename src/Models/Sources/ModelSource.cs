namespace LlmOperator.Models.Sources;

/// <summary>Where a model comes from. The list of kinds is closed.</summary>
public abstract record ModelSource
{
    private protected ModelSource() { }

    /// <summary>How people write this source, without secrets.</summary>
    public abstract string DisplayName { get; }

    /// <inheritdoc/>
    public sealed override string ToString() => DisplayName;
}
