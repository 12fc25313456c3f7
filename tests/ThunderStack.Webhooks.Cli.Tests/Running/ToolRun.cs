using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Tests.Running;

/// <summary>One run of a program, from its start to its exit code.</summary>
internal sealed record ToolRun(int ExitCode, string Out, string Error)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Standard output as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    /// <summary>Runs the tool in this process: <c>thunderstack …</c>. A process of its own takes a second until it works.</summary>
    public static Task<ToolRun> ToolAsync(params IEnumerable<string> arguments) => ToolAsync(arguments, environment: null);

    /// <summary>Runs the tool in this process, with variables of its own and text on its standard input.</summary>
    public static Task<ToolRun> ToolAsync(IEnumerable<string> arguments, Dictionary<string, string>? environment, string input = "") =>
        OnHostAsync(arguments, new TestHost(environment ?? [], input));

    /// <summary>Runs the tool in this process, on streams and variables of one's own, until it ends or is told to.</summary>
    public static async Task<ToolRun> OnHostAsync(IEnumerable<string> arguments, TestHost host)
    {
        var exitCode = await Task.Run(() => Tool.RunAsync([.. arguments], host, host.Stop), CancellationToken.None).WaitAsync(Limit, CancellationToken.None);
        return new ToolRun(exitCode, host.Out, host.Written);
    }

    /// <summary>
    /// Runs the tool as a process of its own: where its locale, its folder, the settings in its environment or its hold on a file
    /// make a difference.
    /// </summary>
    public static Task<ToolRun> ProcessAsync(
        IEnumerable<string> arguments, Dictionary<string, string>? environment = null, string input = "", string? workingDirectory = null) =>
        ProgramAsync("dotnet", [BuiltTool.Path, .. arguments], environment, input, workingDirectory);

    /// <summary>Runs the tool on a terminal of its own (util-linux's script), and types something once what it wrote ends in a match of a pattern.</summary>
    public static Task<ToolRun> OnTerminalAsync(
        IEnumerable<string> arguments, Dictionary<string, string>? environment = null, [StringSyntax(StringSyntaxAttribute.Regex)] string question = "", string typed = "", int columns = 80)
    {
        // Shells start what runs in the background with SIGINT ignored, and that is inherited: then Ctrl+C would do nothing.
        var line = string.Join(' ', ((IEnumerable<string>)["env", "--default-signal=INT", "dotnet", BuiltTool.Path, .. arguments]).Select(word => $"'{word}'"));
        return ProgramAsync(
            "script",
            // A shell that stayed would get Ctrl+C too, and some end of it.
            ["--quiet", "--return", "--command", $"stty cols {columns}; exec {line}", "/dev/null"],
            new Dictionary<string, string>(environment ?? []) { ["TERM"] = "xterm-256color", ["SHELL"] = "/bin/sh" },
            typed,
            question: question);
    }

    public static async Task<ToolRun> ProgramAsync(
        string program, IEnumerable<string> arguments, Dictionary<string, string>? environment = null, string input = "", string? workingDirectory = null, [StringSyntax(StringSyntaxAttribute.Regex)] string question = "")
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            WorkingDirectory = workingDirectory ?? Path.GetTempPath(),
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var inherited in start.Environment.Keys.Where(Configures).ToList())
        {
            start.Environment.Remove(inherited);
        }

        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            var asked = await ReadUntilAsync(process.StandardOutput, question, limit.Token);
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return new ToolRun(process.ExitCode, asked + await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', start.ArgumentList)} did not end within {Limit.TotalSeconds} s.");
        }
    }

    private static async Task<string> ReadUntilAsync(StreamReader reader, string pattern, CancellationToken cancellationToken)
    {
        var end = new Regex($"(?:{pattern})$", RegexOptions.RightToLeft);
        var read = new StringBuilder();
        var one = new char[1];
        while (!end.IsMatch(read.ToString()) && await reader.ReadAsync(one, cancellationToken) > 0)
        {
            read.Append(one[0]);
        }

        return read.ToString();
    }

    private static bool Configures(string variable) =>
        variable.StartsWith("ThunderStack", StringComparison.OrdinalIgnoreCase) || variable is "NO_COLOR" or "DOTNET_ENVIRONMENT" or "ASPNETCORE_ENVIRONMENT";
}
