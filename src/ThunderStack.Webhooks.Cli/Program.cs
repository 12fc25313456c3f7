using ThunderStack.Webhooks.Cli.Commands;

using var interruption = new Interruption();
return await Tool.RunAsync(args, new ToolHost(), interruption.Token);
