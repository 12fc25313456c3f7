using ThunderStack.Webhooks.Demo;

if (!DemoArguments.TryParse(args, out var arguments, out var answer))
{
    Console.WriteLine(answer);
    return answer == DemoArguments.Help ? 0 : 1;
}

return await DemoApplication.RunAsync(arguments);
