using ThunderStack.Webhooks.Cli.Commands;

return await Tool.RunAsync(args, new ToolHost());
