using System.Collections.Concurrent;

namespace ThunderStack.Webhooks.Notify.Platforms;

/// <summary>One pace for each bot and chat, whichever handlers use it and however often their settings change.</summary>
internal sealed class TelegramPaces(TimeProvider time)
{
    private readonly ConcurrentDictionary<(string Token, string Chat), TelegramPace> _paces = new();

    // Groups have numbers below zero; a channel has a name.
    public TelegramPace Of(string token, string chat) => _paces.GetOrAdd((token, chat), _ => new TelegramPace(time, isGroup: chat[0] is '-' or '@'));
}
