using ThunderStack.Webhooks.Receiver;

return await ReceiverApplication.RunAsync(args);
