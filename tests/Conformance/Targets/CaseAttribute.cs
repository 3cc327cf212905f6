using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace LlmOperator.Conformance.Targets;

/// <summary>One case, run against each target of this run: the lines of semantics it stands for, and its arguments.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class CaseAttribute : DataAttribute
{
    private readonly object?[] _arguments;

    /// <param name="lines">C-numbers, separated by blanks; each becomes a trait.</param>
    /// <param name="arguments">What follows the target among the parameters of the test.</param>
    public CaseAttribute(string lines, params object?[]? arguments)
    {
        Lines = lines;
        _arguments = arguments ?? [null];
        Traits = [.. lines.Split(' ').SelectMany(line => new[] { "Semantics", line })];
    }

    public string Lines { get; }

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(
        MethodInfo testMethod,
        DisposalTracker disposalTracker
    ) => new([.. TargetServers.OfThisRun.Select(target => new TheoryDataRow([target, .. _arguments]))]);

    public override bool SupportsDiscoveryEnumeration() => true;
}
