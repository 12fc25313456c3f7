using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ThunderStack.Cloud;
using ThunderStack.Cloud.Transport;
using ThunderStack.Webhooks.Configuration;
using ThunderStack.Webhooks.Dispatch;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Intake;

namespace ThunderStack.Webhooks.Handlers;

/// <summary>
/// Posts the original bytes and the original signature to a URL, so that whoever receives them can verify ThunderStack's
/// signature too, or a CloudEvent without it; an event that nobody signed says so. 2xx is success; 410 means never again; <c>Retry-After</c> is honoured; redirects are not followed.
/// </summary>
internal sealed class ForwardHandler(
    ForwardTarget target, string signatureHeader, Uri cloud, IHttpClientFactory clients, TimeProvider timeProvider) : IWebhookHandler<WebhookEvent>
{
    public const string ClientName = "ThunderStack.Webhooks.Forward";

    /// <summary>As configuration names it.</summary>
    public static HandlerType Type { get; } = new("Forward", Create)
    {
        Settings =
        [
            Setting.WebUrl("Url", "https://example.org/hooks/thunderstack") with { IsRequired = true, IsSecret = true },
            Setting.Choice("Format", ForwardFormat.Original),
            new Setting("Secret", null, value => Setting.JudgeText(value) ?? (StandardWebhooksSigner.TryCreate(value, out _)
                ? null
                : $"is not base64 of at least {StandardWebhooksSigner.MinSecretBytes} bytes, with or without whsec_ before it: write the secret as its receiver shows it")) { IsSecret = true },
        ],
    };

    public async Task HandleAsync(WebhookEvent webhookEvent, DeliveryContext context, CancellationToken cancellationToken)
    {
        using var request = CreateRequest(webhookEvent, context);
        using var client = clients.CreateClient(ClientName);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var status = (int)response.StatusCode;
        var answer = $"{target.Url.Host} answered {status}.";
        if (response.StatusCode == HttpStatusCode.Gone)
        {
            throw new DeadLetterException(answer) { ErrorCode = status.ToString() };
        }

        throw RetryAfter.Of(response, timeProvider) is { } delay
            ? new RetryAfterException(delay, answer) { ErrorCode = status.ToString() }
            : new HttpRequestException(answer, null, response.StatusCode);
    }

    private static ForwardHandler Create(HandlerSettings settings, IServiceProvider services)
    {
        StandardWebhooksSigner? signer = null;
        if (settings["Secret"] is { } secret && !StandardWebhooksSigner.TryCreate(secret, out signer))
        {
            throw new InvalidOperationException($"ThunderStack:Handlers:{settings.Name}:Secret is not usable.");
        }

        return new ForwardHandler(
            new ForwardTarget(new Uri(settings["Url"]!), Enum.Parse<ForwardFormat>(settings["Format"]!, ignoreCase: true), signer),
            services.GetRequiredService<IOptions<WebhookOptions>>().Value.SignatureHeader,
            new Uri(services.GetRequiredService<IOptions<ThunderStackCloudOptions>>().Value.BaseAddress),
            services.GetRequiredService<IHttpClientFactory>(),
            services.GetRequiredService<TimeProvider>());
    }

    private HttpRequestMessage CreateRequest(WebhookEvent webhookEvent, DeliveryContext context)
    {
        var id = context.EventId.ToString();
        var isOriginal = target.Format == ForwardFormat.Original;
        var body = isOriginal ? context.Body : CloudEvent.ToJson(webhookEvent, context, cloud);
        var request = new HttpRequestMessage(HttpMethod.Post, target.Url) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(isOriginal ? "application/json" : CloudEvent.ContentType);
        if (webhookEvent.Source != EventSource.Webhook)
        {
            request.Headers.Add("X-ThunderStack-Source", CloudEvent.NameOf(webhookEvent.Source));
        }
        else if (isOriginal)
        {
            request.Headers.Add(signatureHeader, Convert.ToBase64String(context.Signature.Span));
        }

        request.Headers.Add("X-ThunderStack-Event-Id", id);
        request.Headers.Add("X-ThunderStack-Attempt", context.Attempt.ToString());
        if (target.Signer is { } signer)
        {
            var timestamp = timeProvider.GetUtcNow().ToUnixTimeSeconds();
            request.Headers.Add("webhook-id", id);
            request.Headers.Add("webhook-timestamp", timestamp.ToString());
            request.Headers.Add("webhook-signature", signer.Sign(id, timestamp, body.Span));
        }

        return request;
    }
}

/// <summary>Where a <c>Forward</c> handler posts to, and what.</summary>
/// <param name="Url">The URL, which may hold a secret.</param>
/// <param name="Format">What is posted.</param>
/// <param name="Signer">Signs it once more, when there is a secret.</param>
internal sealed record ForwardTarget(Uri Url, ForwardFormat Format, StandardWebhooksSigner? Signer);
