namespace LlmOperator.NodeAgent.Pulling;

/// <summary>What the first bytes of a model file say of it.</summary>
internal enum EarlyHeaderState
{
    /// <summary>The header goes on behind them.</summary>
    NeedsMoreBytes,

    /// <summary>The whole header is here, and it is sound.</summary>
    Sound,
}
