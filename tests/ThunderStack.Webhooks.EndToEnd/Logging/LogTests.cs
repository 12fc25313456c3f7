using Microsoft.Data.Sqlite;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.EndToEnd.Traffic;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Logging;

public sealed class LogTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private static readonly DateTimeOffset SentAt = new(2024, 11, 6, 12, 0, 0, TimeSpan.Zero);
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false });

    [Theory]
    [InlineData("Development", " has been RUNNING since 2024-11-06T12:00:00.0000000+00:00 (stale: False, event {0})")]
    [InlineData("Production", "\"Event\":\"{0}\"")]
    public async Task The_log_names_the_event_that_was_stored(string environment, string line)
    {
        using var folder = new TemporaryDirectory();
        var settings = ReceiverSettings.In(folder.File("data"))
            .WithVariable("ASPNETCORE_ENVIRONMENT", environment)
            .WithVariable("Logging__LogLevel__Default", "Information")
            .With("Handlers:log:Type", "Log");
        await using var receiver = await ReceiverProcess.StartAsync(settings);
        using var request = SignedDelivery.Valid().ForNode(Load.AllNodes[0]).At(SentAt).WithStatus("RUNNING").ToRequest($"{receiver.WebhookUrl}");

        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();

        var expected = string.Format(null, line, StoredId(settings.Database));
        await Wait.UntilAsync(
            () => receiver.Output.Contains(expected, StringComparison.Ordinal),
            Long,
            () => $"it logs {expected}. It wrote:\n{receiver.Output}");
    }

    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task A_name_that_turns_the_direction_of_its_line_is_shown_escaped(string environment)
    {
        using var folder = new TemporaryDirectory();
        const string Node = "node\u202e\u2028txt.exe";
        var settings = ReceiverSettings.In(folder.File("data"))
            .WithVariable("ASPNETCORE_ENVIRONMENT", environment)
            .WithVariable("Logging__LogLevel__Default", "Information")
            .With("Nodes:99:NodeId", Node)
            .With("Handlers:log:Type", "Log");
        await using var receiver = await ReceiverProcess.StartAsync(settings);
        using var request = SignedDelivery.Valid().ForNode(Node).At(SentAt).WithStatus("RUN\u200fNING").ToRequest($"{receiver.WebhookUrl}");

        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();

        await Wait.UntilAsync(
            () => receiver.Output.Contains(@"RUN\u200fNING", StringComparison.Ordinal),
            Long,
            () => $"it logs the event. It wrote:\n{receiver.Output}");
        receiver.Output.Should().Contain(@"node\u202e\u2028txt.exe").And.NotContainAny("\u202e", "\u2028", "\u200f");
    }

    private static string StoredId(string database)
    {
        using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = new SqliteCommand("SELECT lower(hex(id)) FROM events WHERE source = 0", connection);
        return (string)command.ExecuteScalar()!;
    }
}
