using LlmOperator.Cli.Output;
using LlmOperator.NodeAgent.Store;

namespace LlmOperator.Cli.Stores;

/// <summary>Tells how far a verification is: a line that changes on a terminal, one line every 10 % elsewhere.</summary>
internal sealed class VerifyLine(TextWriter writer, bool isTerminal) : IProgress<VerifyProgress>
{
    private const int PlainStep = 10;
    private int _shown;

    /// <summary>Shows a state, if it is worth it.</summary>
    public void Report(VerifyProgress value)
    {
        int percent = value.TotalBytes == 0 ? 100 : (int)(value.CompletedBytes * 100 / value.TotalBytes);
        if (percent < _shown + (isTerminal ? 1 : PlainStep))
        {
            return;
        }

        _shown = percent;
        string text =
            $"{percent, 3} %  {ByteSize.Format(value.CompletedBytes)} of {ByteSize.Format(value.TotalBytes)}";
        if (isTerminal)
        {
            writer.Write($"\r{text}   {(percent == 100 ? "\n" : "")}");
        }
        else
        {
            writer.WriteLine(text);
        }
    }
}
