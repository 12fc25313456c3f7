using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud.Transport;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Intake;

namespace ThunderStack.Webhooks.Handlers;

/// <summary>
/// Posts the original bytes and the original signature to a URL, so that whoever receives them can verify ThunderStack's
/// signature too; a reconciled event has none and says so. 2xx is success; 410 means never again; <c>Retry-After</c> is honoured; redirects are not followed.
/// </summary>
internal sealed class ForwardHandler(
    Uri url, StandardWebhooksSigner? signer, string signatureHeader, IHttpClientFactory clients, TimeProvider timeProvider) : IWebhookHandler<WebhookEvent>
{
    public const string ClientName = "ThunderStack.Webhooks.Forward";

    /// <summary>As configuration names it.</summary>
    public static HandlerType Type { get; } = new("Forward", Create)
    {
        Settings =
        [
            Setting.WebUrl("Url", "https://example.org/hooks/thunderstack") with { IsRequired = true },
            new Setting("Secret", null, value => Setting.JudgeText(value) ?? (StandardWebhooksSigner.TryCreate(value, out _)
                ? null
                : $"is not base64 of at least {StandardWebhooksSigner.MinSecretBytes} bytes, with or without whsec_ before it: write the secret as its receiver shows it")),
        ],
    };

    public async Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken)
    {
        using var request = CreateRequest(webhookEvent, context);
        using var client = clients.CreateClient(ClientName);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var answer = $"{url.Host} answered {(int)response.StatusCode}.";
        if (response.StatusCode == HttpStatusCode.Gone)
        {
            throw new DeadLetterException(answer);
        }

        throw RetryAfter.Of(response, timeProvider) is { } delay
            ? new RetryAfterException(delay, answer)
            : new HttpRequestException(answer);
    }

    private static ForwardHandler Create(HandlerSettings settings, IServiceProvider services)
    {
        StandardWebhooksSigner? signer = null;
        if (settings["Secret"] is { } secret && !StandardWebhooksSigner.TryCreate(secret, out signer))
        {
            throw new InvalidOperationException($"ThunderStack:Handlers:{settings.Name}:Secret is not usable.");
        }

        return new ForwardHandler(
            new Uri(settings["Url"]!),
            signer,
            services.GetRequiredService<IOptions<WebhookOptions>>().Value.SignatureHeader,
            services.GetRequiredService<IHttpClientFactory>(),
            services.GetRequiredService<TimeProvider>());
    }

    private HttpRequestMessage CreateRequest(WebhookEvent webhookEvent, DeliveryContext context)
    {
        var id = context.EventId.ToString();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ReadOnlyMemoryContent(context.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (webhookEvent.Source == EventSource.Webhook)
        {
            request.Headers.Add(signatureHeader, Convert.ToBase64String(context.Signature.Span));
        }
        else
        {
            request.Headers.Add("X-ThunderStack-Source", "reconciled");
        }

        request.Headers.Add("X-ThunderStack-Event-Id", id);
        request.Headers.Add("X-ThunderStack-Attempt", context.Attempt.ToString());
        if (signer is not null)
        {
            var timestamp = timeProvider.GetUtcNow().ToUnixTimeSeconds();
            request.Headers.Add("webhook-id", id);
            request.Headers.Add("webhook-timestamp", timestamp.ToString());
            request.Headers.Add("webhook-signature", signer.Sign(id, timestamp, context.Body.Span));
        }

        return request;
    }
}
