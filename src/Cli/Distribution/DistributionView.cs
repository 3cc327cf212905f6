namespace LlmOperator.Cli.Distribution;

/// <summary>Shows a distribution: a table that changes on a terminal, elsewhere a line for each change of state and each 10 %.</summary>
internal sealed class DistributionView(TextWriter writer, bool isTerminal)
{
    private const int Step = 10;
    private readonly Dictionary<string, (NodeProgressState State, int Step, string Error)> _shown = [];
    private int _lines;

    /// <summary>Shows the present state.</summary>
    public void Show(IReadOnlyList<NodeProgress> nodes)
    {
        if (!isTerminal)
        {
            foreach (NodeProgress node in nodes.Where(IsNews))
            {
                writer.WriteLine(DistributionReport.Line(node));
            }

            return;
        }

        // Up over the last table, and clear to the end of the screen.
        string up = _lines > 0 ? $"\u001b[{_lines}A\u001b[J" : "";
        string table = DistributionReport.Table(nodes);
        _lines = table.Count(c => c == '\n');
        writer.Write(up + table);
    }

    private bool IsNews(NodeProgress node)
    {
        int step = node.Pull is { TotalBytes: > 0 } pull
            ? (int)(pull.CompletedBytes * 100 / pull.TotalBytes) / Step
            : 0;
        (NodeProgressState, int, string) present = (node.State, step, node.Error);
        if (_shown.TryGetValue(node.Node, out var before) && before == present)
        {
            return false;
        }

        _shown[node.Node] = present;
        return true;
    }
}
