namespace ThunderStack.Webhooks.Receiver.Tests.Hosting;

/// <summary>
/// Tests of what OpenTelemetry measures: it goes by the meter's name, so that it would count what other receivers in this process do,
/// and stop to count with the first of them that ends.
/// </summary>
[CollectionDefinition(nameof(OneReceiver), DisableParallelization = true)]
public sealed class OneReceiver;
