namespace LlmOperator.Router.Balancing.Prefixes;

/// <summary>Why one of several replicas was chosen.</summary>
internal enum ChosenBy
{
    /// <summary>It has the longest beginning of the prompt in its cache.</summary>
    Prefix,

    /// <summary>The session's requests go there.</summary>
    Session,

    /// <summary>Prompts that begin so go there.</summary>
    Hash,

    /// <summary>It has the least to do, of two that were drawn.</summary>
    Load,

    /// <summary>It was its turn.</summary>
    Turn,
}
