using LlmOperator.NodeAgent.Store;
using LlmOperator.NodeAgent.Store.Bundles;

namespace LlmOperator.Cli.Stores;

/// <summary>Tells how far an export or import is, as <see cref="VerifyLine"/>.</summary>
internal sealed class BundleLine(TextWriter writer, bool isTerminal) : IProgress<BundleProgress>
{
    private readonly VerifyLine _line = new(writer, isTerminal);

    /// <summary>Shows a state, if it is worth it.</summary>
    public void Report(BundleProgress value) =>
        _line.Report(new VerifyProgress(value.CompletedBytes, value.TotalBytes, ""));
}
