using LlmOperator.Models.Sources;
using LlmOperator.Testing.Registries;

namespace LlmOperator.NodeAgent.Tests.Pulling.Faults;

/// <summary>A row of the matrix.</summary>
/// <param name="Name">What goes wrong.</param>
/// <param name="Make">Makes it of a content's length.</param>
internal sealed record PullFault(string Name, Func<long, RegistryFault> Make)
{
    /// <summary>Bytes that may come again because of it, in files and in units.</summary>
    public (int Files, int Units) Again { get; init; } = (0, PullFaults.SpanUnits);

    /// <summary>Null when the pull heals; otherwise how it fails.</summary>
    public ModelSourceFailure? Fails { get; init; }

    /// <summary>True when the bytes are never right.</summary>
    public bool IsWrongDigest { get; init; }

    public override string ToString() => Name;
}
