using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Polly.Timeout;

namespace ThunderStack.Cloud.Transport;

/// <summary>Sends a call and returns the answer's bytes: bounded in time and length, with one exception for every failure.</summary>
internal sealed class CloudTransport(HttpClient http, IOptionsMonitor<ThunderStackCloudOptions> options, TimeProvider time)
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    /// <summary>All of an answer.</summary>
    public async Task<byte[]> SendAsync(CloudCall call, CancellationToken cancellationToken)
    {
        var settings = CurrentOptions();
        using var request = CreateRequest(call, settings);
        using var timeout = new CancellationTokenSource(RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token).ConfigureAwait(false);
            if (CloudFailure.SentenceOf(response, call, HasToken(settings)) is { } sentence)
            {
                var message = await ServerMessage.ReadAsync(response.Content, settings.ApiToken, time, either.Token).ConfigureAwait(false);
                throw CloudFailure.Of(response, call, sentence, message, time);
            }

            return await BoundedReader.ReadAsync(response.Content, call.MaxBytes, either.Token).ConfigureAwait(false)
                ?? throw new ThunderStackCloudException(
                    $"{call.What}: the cloud answered more than {call.MaxBytes / 1024} KiB; {CloudFailure.CheckBaseAddress}.",
                    response.StatusCode);
        }
        catch (Exception exception) when (
            exception is OperationCanceledException or TimeoutRejectedException && !cancellationToken.IsCancellationRequested)
        {
            throw CloudFailure.OfTimeout(call, RequestTimeout, exception);
        }
        // HttpClient lets a SocketException through as it is when the other end is gone as soon as the connection is made.
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            throw CloudFailure.Of(exception, call);
        }
    }

    private static HttpRequestMessage CreateRequest(CloudCall call, ThunderStackCloudOptions settings)
    {
        var request = JsonRequest.Create(
            call.Method, new Uri(settings.BaseAddress.TrimEnd('/') + call.Path + call.Query), settings.ApiToken, call.Body);
        request.Options.Set(CloudRetry.IsRepeatable, call.IsRepeatable);
        return request;
    }

    private static bool HasToken(ThunderStackCloudOptions settings) => !string.IsNullOrEmpty(settings.ApiToken);

    private ThunderStackCloudOptions CurrentOptions()
    {
        try
        {
            var current = options.CurrentValue;
            var problems = string.Join(" ", ThunderStackCloudOptionsValidator.Problems(current));
            return problems.Length == 0 ? current : throw new ThunderStackCloudException(problems);
        }
        catch (OptionsValidationException exception)
        {
            // Settings that were changed while running, to something that is not valid.
            throw new ThunderStackCloudException(string.Join(" ", exception.Failures), innerException: exception);
        }
    }
}
