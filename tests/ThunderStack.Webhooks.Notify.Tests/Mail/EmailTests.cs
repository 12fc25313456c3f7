using System.Net.Security;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using SmtpServer.Protocol;
using ThunderStack.Webhooks.Inbox;

namespace ThunderStack.Webhooks.Notify.Tests.Mail;

public sealed class EmailTests
{
    [Theory]
    [InlineData("StartTls", false)]
    [InlineData("Tls", true)]
    public async Task Mail_arrives_over_tls_after_signing_in(string security, bool isTlsFromTheStart)
    {
        await using var server = MailServer.Start(isTlsFromTheStart: isTlsFromTheStart);
        await using var host = await StartAsync(server, [.. server.Settings(), ("mail:Smtp:Security", security)]);

        var id = await host.AppendAsync("FAILED");
        await host.DeliveryIsAsync(id, "mail", DeliveryState.Succeeded);

        var mail = server.Messages.Should().ContainSingle().Subject;
        mail.Subject.Should().Be("Node alice has failed");
        mail.From.ToString().Should().Be("\"ThunderStack\" <alerts@example.org>");
        mail.To.Mailboxes.Select(mailbox => mailbox.Address).Should().Equal("ann@example.org", "bob@example.org");
        mail.TextBody.Should().Contain("Node: node-a (alice)").And.Contain("Status: FAILED");
        mail.MessageId.Should().Be($"{id}@example.org");
        mail.Headers[HeaderId.AutoSubmitted].Should().Be("auto-generated");
        server.SignedIn.Should().Equal(MailServer.User);
    }

    [Fact]
    public async Task Nothing_is_sent_to_a_server_whose_certificate_nobody_vouches_for()
    {
        await using var server = MailServer.Start();
        await using var host = await NotifyHost.StartAsync(server.Settings());

        var id = await host.AppendAsync("FAILED");
        await host.DeliveryIsAsync(id, "mail", DeliveryState.Scheduled);

        server.SignedIn.Should().BeEmpty();
        server.Messages.Should().BeEmpty();
    }

    [Fact]
    public async Task Nothing_is_sent_without_tls_to_a_server_that_has_none()
    {
        await using var server = MailServer.Start(isSecure: false);
        await using var host = await StartAsync(server, server.Settings());

        var id = await host.AppendAsync("FAILED");
        await host.DeliveryIsAsync(id, "mail", DeliveryState.Scheduled);

        server.Messages.Should().BeEmpty();
    }

    [Fact]
    public async Task A_relay_on_this_machine_needs_neither_tls_nor_a_user()
    {
        await using var server = MailServer.Start(isSecure: false);
        await using var host = await NotifyHost.StartAsync(
            [.. server.Settings(password: "").Where(setting => setting.Key is not ("mail:Smtp:User" or "mail:Smtp:Password")), ("mail:Smtp:Security", "None")]);

        var id = await host.AppendAsync("FAILED");
        await host.DeliveryIsAsync(id, "mail", DeliveryState.Succeeded);

        server.Messages.Should().ContainSingle();
    }

    [Fact]
    public async Task A_wrong_password_is_a_dead_letter_that_does_not_repeat_it()
    {
        const string Wrong = "Wr0ngWr0ngWr0ng";
        await using var server = MailServer.Start();
        await using var host = await StartAsync(server, server.Settings(Wrong));

        var id = await host.AppendAsync("FAILED");

        (await host.DeliveryIsAsync(id, "mail", DeliveryState.DeadLettered)).Error.Should().StartWith("127.0.0.1 answered 535").And.NotContain(Wrong);
        string.Join('\n', host.Log.Lines).Should().NotContain(Wrong);
    }

    [Theory]
    [InlineData(451, DeliveryState.Scheduled)]
    [InlineData(554, DeliveryState.DeadLettered)]
    public async Task A_refusal_for_now_is_tried_again_and_one_for_good_is_not(int status, DeliveryState state)
    {
        await using var server = MailServer.Start();
        server.Answer = () => new SmtpResponse((SmtpReplyCode)status, $"Not today, {MailServer.Password}");
        await using var host = await StartAsync(server, server.Settings());

        var id = await host.AppendAsync("FAILED");

        (await host.DeliveryIsAsync(id, "mail", state)).Error.Should().Contain($"127.0.0.1 answered {status}: Not today, (secret)");
    }

    [Fact]
    public async Task One_unknown_recipient_does_not_keep_it_from_the_others()
    {
        await using var server = MailServer.Start();
        server.Unknown.Add("ann@example.org");
        await using var host = await StartAsync(server, server.Settings());

        var id = await host.AppendAsync("FAILED");
        await host.DeliveryIsAsync(id, "mail", DeliveryState.Succeeded);
        server.Unknown.Add("bob@example.org");
        var next = await host.AppendAsync("RUNNING");
        await host.DeliveryIsAsync(next, "mail", DeliveryState.DeadLettered);

        server.Messages.Should().ContainSingle();
        host.Log.Lines.Should().Contain(line => line.Contains("refused recipient ann@example.org"));
    }

    // Trusts the server's own certificate and no other.
    private static Task<NotifyHost> StartAsync(MailServer server, IEnumerable<(string Key, string? Value)> settings) => NotifyHost.StartAsync(
        settings,
        builder => builder.Services.AddSingleton<RemoteCertificateValidationCallback>(
            (_, certificate, _, _) => server.Certificate is { } own && certificate?.GetCertHashString() == own.GetCertHashString()));
}
