using System.Runtime.InteropServices;

namespace LlmOperator.Router.Limits;

/// <summary>Parts of both limits a minute.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Tokens">Tokens.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LimitParts(long Requests, long Tokens)
{
    /// <summary>Nothing of either.</summary>
    public static LimitParts Nothing => default;

    /// <summary>Both together.</summary>
    public static LimitParts operator +(LimitParts one, LimitParts other) =>
        new(one.Requests + other.Requests, one.Tokens + other.Tokens);

    /// <summary>What the one has beyond the other.</summary>
    public static LimitParts operator -(LimitParts one, LimitParts other) =>
        new(one.Requests - other.Requests, one.Tokens - other.Tokens);
}
