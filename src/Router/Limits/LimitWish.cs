using System.Runtime.InteropServices;

namespace LlmOperator.Router.Limits;

/// <summary>What a router wants of one limit a minute.</summary>
/// <param name="Missing">What it needs at least; zero for nothing.</param>
/// <param name="Part">What it takes where there is as much.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LimitWish(long Missing, long Part);
