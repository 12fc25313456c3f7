using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Webhooks.Cli.Commands;

namespace ThunderStack.Webhooks.Cli.Cloud;

/// <summary>The cloud, with the token from the environment or from the person at the terminal; never from the command line.</summary>
internal sealed class CloudSession : IDisposable
{
    private readonly Terminal _terminal;
    private readonly ServiceProvider _services;
    private string? _token;

    public CloudSession(string address, string? token, Terminal terminal)
    {
        Address = address;
        _token = token;
        _terminal = terminal;
        _services = new ServiceCollection()
            .AddThunderStackCloud(options =>
            {
                options.BaseAddress = address;
                options.ApiToken = _token;
            })
            .BuildServiceProvider();
    }

    public string Address { get; }

    public bool HasToken => _token is not null;

    /// <summary>The token, for a host that it is meant for besides the cloud's.</summary>
    public string? Token => _token;

    /// <summary>What is wrong with the address and the token; <see langword="null"/> when nothing is.</summary>
    public string? FindProblem()
    {
        try
        {
            _ = _services.GetRequiredService<IOptions<ThunderStackCloudOptions>>().Value;
            return null;
        }
        catch (OptionsValidationException exception)
        {
            return Translate(string.Join(' ', exception.Failures));
        }
    }

    /// <summary>Asks the cloud; once more with a token when it wants one and there is somebody to ask for it.</summary>
    public async Task<T> AskAsync<T>(Func<ThunderStackCloudClient, CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(Client(), cancellationToken);
        }
        catch (ThunderStackCloudException exception)
            when (exception.StatusCode == HttpStatusCode.Unauthorized && _token is null && _terminal.CanAsk)
        {
            _token = await _terminal.AskSecretAsync("API token of the cloud:", cancellationToken);
        }
        catch (ThunderStackCloudException exception)
        {
            throw Translate(exception);
        }

        try
        {
            return await ask(Client(), cancellationToken);
        }
        catch (ThunderStackCloudException exception)
        {
            throw Translate(exception);
        }
    }

    public Task AskAsync(Func<ThunderStackCloudClient, CancellationToken, Task> ask, CancellationToken cancellationToken) => AskAsync(
        async (cloud, token) =>
        {
            await ask(cloud, token);
            return true;
        },
        cancellationToken);

    public void Dispose() => _services.Dispose();

    /// <summary>What the client says to a receiver's operator, in this tool's words.</summary>
    public static string Translate(string message) => message
        .Replace("ThunderStack:Cloud:BaseAddress", "--cloud", StringComparison.Ordinal)
        .Replace("ThunderStack:Cloud:ApiToken", ToolEnvironment.ApiToken, StringComparison.Ordinal)
        .Replace("; it is asked again later", "; try again later", StringComparison.Ordinal);

    private static ThunderStackCloudException Translate(ThunderStackCloudException exception) =>
        new(Translate(exception.Message), exception.StatusCode, exception);

    private ThunderStackCloudClient Client()
    {
        // Options are made once; the token may have come since.
        _services.GetRequiredService<IOptionsMonitorCache<ThunderStackCloudOptions>>().Clear();
        return _services.GetRequiredService<ThunderStackCloudClient>();
    }
}
