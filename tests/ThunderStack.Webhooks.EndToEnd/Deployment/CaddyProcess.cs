using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ThunderStack.Webhooks.EndToEnd.Processes;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.EndToEnd.Deployment;

/// <summary>
/// The real proxy with the Caddyfile of <c>deploy/</c>, which ends TLS with a certificate of its own authority, as it does for
/// <c>localhost</c>. Only names that a container's network resolves are replaced.
/// </summary>
internal sealed class CaddyProcess : IAsyncDisposable
{
    private const string Program = "/usr/bin/caddy";

    private static readonly HttpClient Plain = new(new SocketsHttpHandler { UseProxy = false });

    private readonly Process _process;
    private readonly string _rootCertificate;
    private readonly StringBuilder _output = new();

    private CaddyProcess(string folder, string file, Uri administration)
    {
        Address = new Uri($"https://localhost:{LoopbackPort.FindFree()}/");
        Administration = administration;
        _rootCertificate = Path.Combine(folder, "caddy", "pki", "authorities", "local", "root.crt");
        var start = new ProcessStartInfo(Program)
        {
            ArgumentList = { "run", "--adapter", "caddyfile", "--config", file },
            Environment =
            {
                ["SITE_ADDRESS"] = Address.GetLeftPart(UriPartial.Authority),
                ["HOME"] = folder,
                ["XDG_DATA_HOME"] = folder,
                ["XDG_CONFIG_HOME"] = folder,
            },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public static bool IsInstalled => File.Exists(Program);

    public Uri Address { get; }

    public Uri Administration { get; }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>A client that trusts the proxy's authority and no other.</summary>
    public HttpClient CreateClient() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions =
        {
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                CustomTrustStore = { X509CertificateLoader.LoadCertificateFromFile(_rootCertificate) },
                RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>Starts it and waits until it passes a probe on to a receiver.</summary>
    public static async Task<CaddyProcess> StartAsync(string folder, IReadOnlyDictionary<string, string> upstreams)
    {
        // What every Caddy of this machine would share: its administration's port, the port that sends plain HTTP to TLS, and
        // the system's trusted certificates.
        var administration = new Uri($"http://localhost:{LoopbackPort.FindFree()}/config/");
        var text = upstreams.Aggregate(
            await File.ReadAllTextAsync(DeployFiles.Caddyfile),
            (text, upstream) => text.Replace(upstream.Key, upstream.Value, StringComparison.Ordinal));
        var file = Path.Combine(folder, "Caddyfile");
        await File.WriteAllTextAsync(file, $"{{\n\tadmin {administration.Authority}\n\tauto_https disable_redirects\n\tskip_install_trust\n}}\n{text}");
        var caddy = new CaddyProcess(folder, file, administration);
        try
        {
            await Wait.UntilAsync(
                async () => caddy._process.HasExited
                    ? throw new InvalidOperationException($"Caddy ended. It wrote:\n{caddy.Output}")
                    : await IsOkAsync(Plain, caddy.Administration) && await caddy.IsReadyAsync(),
                TimeSpan.FromSeconds(30),
                () => $"Caddy serves. It wrote:\n{caddy.Output}");
            return caddy;
        }
        catch
        {
            await caddy.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signals.Send(_process.Id, Signal.Kill);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var client = CreateClient();
            return await IsOkAsync(client, new Uri(Address, "/healthz/ready"));
        }
        catch (Exception exception) when (exception is CryptographicException or IOException)
        {
            // The proxy has not written its certificate yet, or not all of it.
            return false;
        }
    }

    private static async Task<bool> IsOkAsync(HttpClient client, Uri address)
    {
        try
        {
            using var answer = await client.GetAsync(address, TestContext.Current.CancellationToken);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception exception) when (exception is HttpRequestException or SocketException)
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
