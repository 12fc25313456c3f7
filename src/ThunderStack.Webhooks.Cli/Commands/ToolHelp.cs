using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ThunderStack.Webhooks.Cli.Commands;

/// <summary>The help of a command, and after it what the library's own does not have: examples, exit codes, the environment.</summary>
internal sealed class ToolHelp(HelpAction inner) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        inner.Invoke(parseResult);
        var writer = parseResult.InvocationConfiguration.Output;
        switch (parseResult.CommandResult.Command)
        {
            case RootCommand:
                WriteRows(writer, "Environment:", ToolEnvironment.Rows);
                WriteRows(writer, "Exit codes:", ExitCodeTable.Rows.Select(row => (((int)row.Code).ToString(), row.Meaning)));
                break;
            case ToolCommand { Examples.Count: > 0 } command:
                writer.WriteLine("Examples:");
                foreach (var example in command.Examples)
                {
                    writer.WriteLine($"  thunderstack {example}");
                }

                writer.WriteLine();
                break;
        }

        return 0;
    }

    private static void WriteRows(TextWriter writer, string title, IEnumerable<(string Name, string Meaning)> rows)
    {
        var list = rows.ToList();
        var width = list.Max(row => row.Name.Length) + 2;
        writer.WriteLine(title);
        foreach (var (name, meaning) in list)
        {
            writer.WriteLine($"  {name.PadRight(width)}{meaning}");
        }

        writer.WriteLine();
    }
}
