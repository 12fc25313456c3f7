namespace ThunderStack.Webhooks.Emulator.Bursts;

/// <summary>What came of a burst.</summary>
/// <param name="Sent">How many webhooks were sent.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Answers">How many times each status was answered; <c>none</c> for no answer.</param>
internal sealed record BurstResult(int Sent, double Seconds, IReadOnlyDictionary<string, int> Answers);
