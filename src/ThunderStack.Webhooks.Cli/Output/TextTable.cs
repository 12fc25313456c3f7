using Spectre.Console;
using ThunderStack.Cloud;

namespace ThunderStack.Webhooks.Cli.Output;

/// <summary>
/// Rows in columns; or a block for each row, where the terminal is too narrow for them. No value is ever cut or broken: ids
/// are copied.
/// </summary>
internal sealed class TextTable
{
    private const int Gap = 2;

    private readonly IReadOnlyList<string> _columns;
    private readonly List<string[]> _rows;
    private readonly int[] _widths;

    public TextTable(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        _columns = columns;
        _rows = [.. rows.Select(row => row.Select(OneLine).ToArray())];
        _widths = [.. columns.Select((column, index) => _rows.Select(row => row[index].GetCellWidth()).Append(column.Length).Max())];
    }

    /// <summary>Writes it.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="width">How many columns there are; <see langword="null"/> where lines may be of any length.</param>
    public void WriteTo(IAnsiConsole console, int? width)
    {
        if (_widths.Sum() + (Gap * (_widths.Length - 1)) <= (width ?? int.MaxValue))
        {
            WriteColumns(console);
        }
        else
        {
            WriteBlocks(console);
        }
    }

    private static string OneLine(string cell) => VisibleText.Escape(cell).ReplaceLineEndings(" ").Replace('\t', ' ');

    private void WriteColumns(IAnsiConsole console)
    {
        console.MarkupLineInterpolated($"[bold]{Line(_columns)}[/]");
        foreach (var row in _rows)
        {
            console.WriteLine(Line(row));
        }
    }

    private void WriteBlocks(IAnsiConsole console)
    {
        var names = _columns.Max(column => column.Length) + Gap;
        foreach (var (number, row) in _rows.Index())
        {
            if (number > 0)
            {
                console.WriteLine();
            }

            foreach (var (column, cell) in _columns.Zip(row))
            {
                console.MarkupLineInterpolated($"[bold]{column.PadRight(names)}[/]{cell}");
            }
        }
    }

    // The last column is not padded: nobody wants that in a pipe.
    private string Line(IReadOnlyList<string> cells) =>
        string.Concat(cells.Select((cell, index) => cell + new string(' ', _widths[index] - cell.GetCellWidth() + Gap))).TrimEnd();
}
