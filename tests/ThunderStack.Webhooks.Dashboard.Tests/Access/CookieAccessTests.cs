using System.Net;
using System.Net.Http.Json;
using ThunderStack.Webhooks.Management.Routing;
using ThunderStack.Webhooks.Testing;

namespace ThunderStack.Webhooks.Dashboard.Tests.Access;

/// <summary>Every page and every form that is mapped, tried with cookies and tokens that are not good, or not good for it.</summary>
public sealed class CookieAccessTests
{
    private const string Session = "thunderstack-session";

    private static readonly string UnknownEvent = new('0', 64);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_a_cookie_or_with_a_forged_stale_or_revoked_one_nobody_gets_further_than_to_sign_in()
    {
        var time = new CountedClock(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var receiver = await DashboardReceiver.StartAsync(time: time);
        await using var another = await DashboardReceiver.StartAsync();
        using var nobody = new Person(receiver.Address);
        using var forger = await Person.SignedInAsync(receiver.Address, DashboardReceiver.OperateKey);
        using var elsewhere = await Person.SignedInAsync(another.Address, DashboardReceiver.OperateKey);
        using var leaver = await Person.SignedInAsync(receiver.Address, DashboardReceiver.OtherKey);
        using var stale = await Person.SignedInAsync(receiver.Address, DashboardReceiver.OperateKey);
        using var bearer = new Person(receiver.Address);
        bearer.Client.DefaultRequestHeaders.Authorization = new("Bearer", DashboardReceiver.OperateKey);
        var cookie = forger.Cookies[Session]!.Value;
        forger.Replace(Session, $"{cookie[..^8]}AAAAAAAA");
        using var forgerWithAnother = new Person(receiver.Address);
        forgerWithAnother.Replace(Session, elsewhere.Cookies[Session]!.Value);
        receiver.Settings["ThunderStack:Management:ApiKeys:leaver:Key"] = "fedcba9876543210fedcba9876543210-new";
        receiver.Settings.Reload();

        await ShouldBeSentToSignInAsync(receiver, nobody, forger, forgerWithAnother, leaver, bearer);
        (await stale.Client.GetAsync("/handlers", None)).StatusCode.Should().Be(HttpStatusCode.OK);
        time.Advance(TimeSpan.FromHours(12) + TimeSpan.FromSeconds(1));
        await ShouldBeSentToSignInAsync(receiver, stale);
        (await receiver.Inbox.ListAuditAsync(10, None)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_form_without_its_token_or_with_that_of_somebody_else_changes_nothing()
    {
        await using var receiver = await DashboardReceiver.StartAsync();
        using var person = await Person.SignedInAsync(receiver.Address, DashboardReceiver.OperateKey);
        using var other = await Person.SignedInAsync(receiver.Address, DashboardReceiver.OtherKey);
        var theirs = await other.TokenAsync();
        foreach (var form in AddressesOf(receiver).Routes(route => route.Method == HttpMethod.Post.Method))
        {
            foreach (var token in new[] { null, "", "nonsense", theirs })
            {
                using var answer = await person.PostAsync(AddressesOf(receiver).Of(form), token, ("key", DashboardReceiver.OperateKey));

                answer.StatusCode.Should().Be(HttpStatusCode.BadRequest, form.Pattern);
            }
        }

        (await receiver.Inbox.ListAuditAsync(10, None)).Should().BeEmpty();
        (await person.Client.GetAsync("/handlers", None)).StatusCode.Should().Be(HttpStatusCode.OK, "nobody was signed out");
    }

    [Fact]
    public async Task A_cookie_opens_nothing_of_the_api_but_the_stream()
    {
        await using var receiver = await DashboardReceiver.StartAsync();
        using var person = await Person.SignedInAsync(receiver.Address, DashboardReceiver.OperateKey);
        foreach (var route in receiver.Routes.Where(route => !route.IsPage))
        {
            var path = route.Pattern.Replace("{nodeId}", "node-a", StringComparison.Ordinal).Replace("{eventId}", UnknownEvent, StringComparison.Ordinal).Replace("{name}", "quiet", StringComparison.Ordinal);
            var request = new HttpRequestMessage(new HttpMethod(route.Method), path) { Content = route.Body is null ? null : JsonContent.Create(new { }) };
            using var answer = await person.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, None);

            answer.StatusCode.Should().Be(route.Pattern == "/api/v1/stream" ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, route.Pattern);
        }

        (await receiver.Inbox.ListAuditAsync(10, None)).Should().BeEmpty();
    }

    [Fact]
    public async Task A_cookie_is_of_all_replicas_and_outlasts_a_restart()
    {
        using var directory = new TemporaryDirectory();
        Dictionary<string, string?> sameInbox = new() { ["Inbox:ConnectionString"] = $"Data Source={directory.File("shared.db")}" };
        string cookie;
        await using (var receiver = await DashboardReceiver.StartAsync(sameInbox))
        {
            using var person = await Person.SignedInAsync(receiver.Address, DashboardReceiver.OperateKey);
            var session = person.Cookies[Session]!;
            session.HttpOnly.Should().BeTrue();
            cookie = session.Value;
        }

        await using var next = await DashboardReceiver.StartAsync(sameInbox);
        using var same = new Person(next.Address);
        same.Replace(Session, cookie);

        (await same.Client.GetAsync("/handlers", None)).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    private static PageAddresses AddressesOf(DashboardReceiver receiver) => new(receiver, UnknownEvent, resultAt: 0);

    private static async Task ShouldBeSentToSignInAsync(DashboardReceiver receiver, params Person[] people)
    {
        foreach (var route in AddressesOf(receiver).Routes(route => route.Audience == Audience.People))
        {
            foreach (var person in people)
            {
                using var answer = route.Method == HttpMethod.Get.Method
                    ? await person.Client.GetAsync(AddressesOf(receiver).Of(route), None)
                    : await person.PostAsync(AddressesOf(receiver).Of(route), token: null);

                answer.StatusCode.Should().Be(HttpStatusCode.SeeOther, route.Pattern);
                answer.Headers.Location!.ToString().Should().StartWith("/sign-in");
                (await answer.Content.ReadAsStringAsync(None)).Should().BeEmpty();
            }
        }
    }
}
