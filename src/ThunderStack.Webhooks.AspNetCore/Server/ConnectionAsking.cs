using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace ThunderStack.Webhooks.AspNetCore.Server;

/// <summary>Tells a connection, first of all, that a request has come.</summary>
internal sealed class ConnectionAsking : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(following => context =>
        {
            context.Features.Get<GatedConnection>()?.Ask();
            return following(context);
        });
        next(app);
    };
}
