using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Text;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Dashboard.Tests.Browser;

/// <summary>A real Caddy, which speaks TLS and passes on what is below a path, without the path.</summary>
internal sealed class PathProxy : IAsyncDisposable
{
    private const string Program = "/usr/bin/caddy";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _folder = new();
    private readonly StringBuilder _output = new();
    private Process? _process;

    public PathProxy() => Address = new Uri($"https://localhost:{LoopbackPort.FindFree()}/thunderstack");

    /// <summary>The address that people know: <c>https://localhost:12345/thunderstack</c>.</summary>
    public Uri Address { get; }

    public static bool IsInstalled => File.Exists(Program);

    /// <summary>Starts it and waits until it passes on what is asked.</summary>
    public async Task StartAsync(int port)
    {
        var file = _folder.File("Caddyfile");
        await File.WriteAllTextAsync(
            file,
            $$"""
            {
            	admin off
            	auto_https disable_redirects
            	skip_install_trust
            }
            {{Address.GetLeftPart(UriPartial.Authority)}} {
            	tls internal
            	handle_path {{Address.AbsolutePath}}/* {
            		reverse_proxy 127.0.0.1:{{port}} {
            			flush_interval -1
            		}
            	}
            }
            """);
        var start = new ProcessStartInfo(Program) { ArgumentList = { "run", "--adapter", "caddyfile", "--config", file }, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var name in (string[])["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"])
        {
            start.Environment[name] = _folder.Path;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,

            // For this name, of an authority of its own making.
            SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, errors) => errors is SslPolicyErrors.None or SslPolicyErrors.RemoteCertificateChainErrors },
        })
        {
            Timeout = Patience,
        };
        await Eventually.TrueAsync(
            async () => _process.HasExited ? throw new InvalidOperationException($"Caddy ended. It wrote:\n{_output}") : await IsReadyAsync(client),
            "Caddy should pass on what is asked");
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            await _process.WaitForExitAsync(CancellationToken.None);
            _process.Dispose();
        }

        _folder.Dispose();
    }

    private async Task<bool> IsReadyAsync(HttpClient client)
    {
        try
        {
            using var answer = await client.GetAsync($"{Address}/healthz/live");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
