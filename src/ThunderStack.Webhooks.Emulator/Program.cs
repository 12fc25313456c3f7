using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using ThunderStack.Webhooks.Emulator;

try
{
    await EmulatorApplication.Build(args).RunAsync();
    return 0;
}
catch (OptionsValidationException problem)
{
    await Console.Error.WriteLineAsync("The emulator's configuration cannot be used:");
    foreach (var failure in problem.Failures)
    {
        await Console.Error.WriteLineAsync($"  {failure}");
    }

    return 1;
}
catch (InvalidOperationException problem) when (problem.InnerException is FormatException)
{
    await Console.Error.WriteLineAsync($"The emulator's configuration cannot be used: {problem.Message}");
    return 1;
}
catch (IOException problem) when (problem.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync($"{problem.Message} Stop what listens there, or choose another with --urls http://127.0.0.1:PORT.");
    return 1;
}
catch (SocketException problem)
{
    await Console.Error.WriteLineAsync($"The emulator cannot listen: {problem.Message}. Choose another address with --urls http://127.0.0.1:PORT.");
    return 1;
}
