using System.Text;

namespace LlmOperator.Cli.Output;

/// <summary>Columns as kubectl aligns them: three spaces apart, no lines, fit for pipes.</summary>
internal sealed class TextTable
{
    private const int Gap = 3;
    private readonly List<IReadOnlyList<string>> _rows = [];

    /// <summary>Adds a row.</summary>
    public void Add(IReadOnlyList<string> cells) => _rows.Add(cells);

    /// <summary>The table as text; the last column is not padded.</summary>
    public override string ToString()
    {
        int columns = _rows.Count == 0 ? 0 : _rows.Max(r => r.Count);
        int[] widths = new int[columns];
        foreach (IReadOnlyList<string> row in _rows)
        {
            for (int i = 0; i < row.Count; i++)
            {
                widths[i] = Math.Max(widths[i], row[i].Length);
            }
        }

        StringBuilder text = new();
        foreach (IReadOnlyList<string> row in _rows)
        {
            for (int i = 0; i < row.Count; i++)
            {
                text.Append(i == row.Count - 1 ? row[i] : row[i].PadRight(widths[i] + Gap));
            }

            text.AppendLine();
        }

        return text.ToString();
    }
}
