using System.Text.Json;
using Spectre.Console;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Output;

/// <summary>Where a command writes: results to standard output, everything else to standard error.</summary>
internal sealed class Terminal
{
    // Wider than any line: nothing is wrapped. A terminal does that itself, and copies the line without a break.
    private const int Endless = 1_000_000_000;

    private readonly int? _width;

    public Terminal(OutputFormat format, ToolHost host)
    {
        Format = format;
        Host = host;
        Out = Open(host.Output, host.IsOutputRedirected);
        Error = Open(host.Error, host.IsErrorRedirected);
        _width = host.IsOutputRedirected ? null : Out.Profile.Width;
        Out.Profile.Width = Endless;
        Error.Profile.Width = Endless;
    }

    public OutputFormat Format { get; }

    /// <summary>Whose streams they are.</summary>
    public ToolHost Host { get; }

    public bool IsJson => Format == OutputFormat.Json;

    /// <summary>Standard output: the result, and nothing but the result.</summary>
    public IAnsiConsole Out { get; }

    /// <summary>Standard error: questions, progress, advice, failures.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>Whether a person can be asked.</summary>
    public bool CanAsk => !Host.IsInputRedirected && !Host.IsErrorRedirected;

    /// <summary>Whether a line of standard error can be written over.</summary>
    public bool CanAnimate => !Host.IsErrorRedirected;

    /// <summary>Writes the document that is the result.</summary>
    public void WriteJson<T>(T document) =>
        Out.Profile.Out.Writer.WriteLine(VisibleText.Escape(JsonSerializer.Serialize(document, Json.Indented)));

    /// <summary>Writes a line of the result, as it is.</summary>
    public void WriteLine(string text = "") => Out.WriteLine(VisibleText.Escape(text));

    /// <summary>Writes a line of the result with Spectre's markup; values in it are escaped.</summary>
    public void WriteMarkup(FormattableString markup) => Out.MarkupLineInterpolated(Clean(markup));

    /// <summary>Tells something that is not the result.</summary>
    public void Note(string text) => Error.WriteLine(VisibleText.Escape(text));

    /// <summary>Writes the result: as a document for programs, or as <paramref name="writeText"/> does for people.</summary>
    public void Write<T>(T result, Action<T> writeText)
    {
        if (IsJson)
        {
            WriteJson(result);
        }
        else
        {
            writeText(result);
        }
    }

    /// <summary>
    /// Writes a row for each item, in columns without lines around them, or below each other where the terminal is too narrow. Without
    /// any item it notes <paramref name="none"/>.
    /// </summary>
    public void WriteTable<T>(IReadOnlyCollection<T> items, string? none, IReadOnlyList<string> columns, Func<T, IReadOnlyList<string>> row)
    {
        if (items.Count > 0)
        {
            new TextTable(columns, items.Select(row)).WriteTo(Out, _width);
        }
        else if (none is not null)
        {
            Note(none);
        }
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
        return Error.PromptAsync(new TextPrompt<string>(Markup.Escape(VisibleText.Escape(question))).Secret(null), cancellationToken);
    }

    /// <summary>Says why the command failed.</summary>
    public void Fail(ExitCode code, string message)
    {
        if (IsJson)
        {
            Host.Error.WriteLine(VisibleText.Escape(JsonSerializer.Serialize(new Failure(message, (int)code), Json.Line)));
        }
        else
        {
            Error.MarkupLineInterpolated($"[red]{VisibleText.Escape(message)}[/]");
        }
    }

    private static FormattableString Clean(FormattableString markup) => System.Runtime.CompilerServices.FormattableStringFactory.Create(
        markup.Format, [.. markup.GetArguments().Select(argument => argument is string text ? VisibleText.Escape(text) : argument)]);

    private IAnsiConsole Open(TextWriter writer, bool isRedirected) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = isRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        ColorSystem = isRedirected || IsColorUnwanted ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        Out = new AnsiConsoleOutput(writer),
        Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
    });

    // https://no-color.org
    private bool IsColorUnwanted => Host.Variable("NO_COLOR") is not null;

    private sealed record Failure(string Error, int ExitCode);
}
