using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.AspNetCore.Tests.Readme;

internal static class TenLines
{
    public static void Run(string[] args)
    {
        // README: begin
        var builder = WebApplication.CreateBuilder(args);

        builder.Services.AddThunderStackWebhooks(builder.Configuration)
            .UseSqliteInbox()
            .AddHandler<NodeStatusUpdated, PageOnFailure>("pager");

        var app = builder.Build();
        app.MapThunderStackWebhooks();
        app.MapThunderStackHealthChecks();
        app.Run();
        // README: end
    }
}
