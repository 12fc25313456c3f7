using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Management.Handlers;

/// <summary>Pauses and resumes a handler for whoever asks for it, by a program or on a page.</summary>
internal sealed class HandlerSwitch(IInboxAdministration inbox, HandlerOverview overview)
{
    /// <exception cref="ManagementException">There is no such handler.</exception>
    public async Task<HandlerPauseView> ChangeAsync(ManagementCall call, string name, bool isPaused)
    {
        if (!(await overview.ListNamesAsync(call.Cancelled)).Contains(name))
        {
            throw ManagementException.NotFound("There is no such handler.");
        }

        var isChange = isPaused ? await inbox.PauseAsync(name, call.Caller.Name, call.Cancelled) : await inbox.ResumeAsync(name, call.Cancelled);
        call.Tell(name, (isPaused, isChange) switch { (true, true) => "paused", (false, true) => "resumed", (true, false) => "was paused already", _ => "was not paused" });
        return new HandlerPauseView(name, isPaused, isChange);
    }
}
