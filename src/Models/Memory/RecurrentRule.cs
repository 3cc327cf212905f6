namespace LlmOperator.Models.Memory;

/// <summary>Which layers of an architecture are recurrent.</summary>
internal enum RecurrentRule
{
    /// <summary>None.</summary>
    None,

    /// <summary>All of them; there is no attention.</summary>
    All,

    /// <summary>Those whose number of key-value heads is 0.</summary>
    WithoutHeads,

    /// <summary>Those that have neither key-value heads nor a feed-forward part; each layer is one of the three.</summary>
    WithoutHeadsAndFeedForward,

    /// <summary>All but every n-th, by the file's interval of full attention (4 when it does not say).</summary>
    Interval,

    /// <summary>Every layer is both.</summary>
    Beside,
}
