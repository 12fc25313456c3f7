using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace ThunderStack.Webhooks.Cli.Output;

/// <summary>Where a command writes: results to standard output, everything else to standard error.</summary>
internal sealed class Terminal
{
    // Wider than any line: what is piped is never wrapped.
    private const int PipedWidth = 10_000;

    private Terminal(OutputFormat format)
    {
        Format = format;
        Out = Open(Console.Out, Console.IsOutputRedirected);
        Error = Open(Console.Error, Console.IsErrorRedirected);
    }

    public OutputFormat Format { get; }

    public bool IsJson => Format == OutputFormat.Json;

    /// <summary>Standard output: the result, and nothing but the result.</summary>
    public IAnsiConsole Out { get; }

    /// <summary>Standard error: questions, progress, advice, failures.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>Whether a person can be asked.</summary>
    public bool CanAsk { get; } = !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>Whether a line of standard error can be written over.</summary>
    public bool CanAnimate { get; } = !Console.IsErrorRedirected;

    public static Terminal Create(OutputFormat format) => new(format);

    /// <summary>Writes the document that is the result.</summary>
    public void WriteJson<T>(T document) => Out.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(document, Json.Indented));

    /// <summary>Writes a line of the result, as it is.</summary>
    public void WriteLine(string text = "") => Out.WriteLine(Clean(text));

    /// <summary>Writes a line of the result with Spectre's markup; values in it are escaped.</summary>
    public void WriteMarkup(FormattableString markup) => Out.MarkupLineInterpolated(Clean(markup));

    /// <summary>Tells something that is not the result.</summary>
    public void Note(string text) => Error.WriteLine(Clean(text));

    /// <summary>Writes rows in columns without lines around them.</summary>
    public void WriteTable(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().NoBorder();
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(Clean(cell))));
        }

        WriteTrimmed(table);
    }

    /// <summary>Writes names and values, one pair a line.</summary>
    public void WriteFields(params IEnumerable<(string Name, string? Value)> fields)
    {
        var list = fields.Where(field => field.Value is not null).ToList();
        var width = list.Max(field => field.Name.Length) + 2;
        foreach (var (name, value) in list)
        {
            WriteMarkup($"[dim]{name.PadRight(width)}[/]{value}");
        }
    }

    /// <summary>Asks for a secret; what is typed is not shown. Only when <see cref="CanAsk"/>.</summary>
    public Task<string> AskSecretAsync(string question, CancellationToken cancellationToken)
    {
        // Switches the terminal's own echo off before the question is there to be answered, not only at the first key.
        _ = Console.KeyAvailable;
        return Error.PromptAsync(new TextPrompt<string>(Markup.Escape(Clean(question))).Secret(null), cancellationToken);
    }

    /// <summary>Says why the command failed.</summary>
    public void Fail(ExitCode code, string message)
    {
        if (IsJson)
        {
            Console.Error.WriteLine(JsonSerializer.Serialize(new Failure(message, (int)code), Json.Line));
        }
        else
        {
            Error.MarkupLineInterpolated($"[red]{Clean(message)}[/]");
        }
    }

    // What others sent may hold what a terminal obeys.
    private static string Clean(string text) => text.Any(IsControl)
        ? text.Aggregate(new StringBuilder(), (clean, c) => IsControl(c) ? clean.Append($"\\u{(int)c:x4}") : clean.Append(c)).ToString()
        : text;

    private static FormattableString Clean(FormattableString markup) => System.Runtime.CompilerServices.FormattableStringFactory.Create(
        markup.Format, [.. markup.GetArguments().Select(argument => argument is string text ? Clean(text) : argument)]);

    private static bool IsControl(char c) => char.IsControl(c) && c is not ('\n' or '\t');

    private static IAnsiConsole Open(TextWriter writer, bool isRedirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isRedirected || IsColorUnwanted ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        if (isRedirected)
        {
            console.Profile.Width = PipedWidth;
        }

        return console;
    }

    // https://no-color.org
    private static bool IsColorUnwanted => Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };

    // Columns are padded to their width, the last one too: nobody wants that in a pipe.
    private void WriteTrimmed(Table table)
    {
        if (!Console.IsOutputRedirected)
        {
            Out.Write(table);
            return;
        }

        using var text = new StringWriter();
        var plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        plain.Profile.Width = PipedWidth;
        plain.Write(table);
        foreach (var line in text.ToString().TrimEnd().Split('\n'))
        {
            Out.WriteLine(line.TrimEnd());
        }
    }

    private sealed record Failure(string Error, int ExitCode);
}
