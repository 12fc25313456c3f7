namespace ThunderStack.Webhooks.Cli.Send;

/// <summary>Sends an event and its copies.</summary>
internal interface ITestSender : IDisposable
{
    /// <summary>Sends the plan's event with this number. A receiver that does not answer is a result, not an exception.</summary>
    Task<IReadOnlyList<SentEvent>> SendAsync(SendPlan plan, int number, CancellationToken cancellationToken);
}
