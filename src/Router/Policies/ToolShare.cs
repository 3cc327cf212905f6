using System.Runtime.InteropServices;

namespace LlmOperator.Router.Policies;

/// <summary>A tool of a request and what its definition takes.</summary>
/// <param name="Name">Name; empty when it has none.</param>
/// <param name="Tokens">Estimate of the definition's tokens.</param>
/// <param name="End">Position in the request after the definition.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ToolShare(string Name, double Tokens, int End);
