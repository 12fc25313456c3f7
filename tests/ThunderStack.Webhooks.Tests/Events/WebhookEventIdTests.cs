using System.Security.Cryptography;
using System.Text;
using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Tests.Events;

public sealed class WebhookEventIdTests
{
    private static readonly byte[] Hash = SHA256.HashData("body"u8);
    private static readonly string HashStart = Convert.ToHexStringLower(Hash)[..52];

    [Fact]
    public void Create_KnownInstant_PutsMillisecondsBeforeTheHash()
    {
        var id = WebhookEventId.Create(DateTimeOffset.FromUnixTimeMilliseconds(0x0123456789AB), Hash);

        id.ToString().Should().Be("0123456789ab" + HashStart);
    }

    [Fact]
    public void Create_NoTimestamp_CountsAsZero() =>
        WebhookEventId.Create(null, Hash).ToString().Should().Be("000000000000" + HashStart);

    [Fact]
    public void Create_BeforeTheEpoch_IsClampedToZero() =>
        WebhookEventId.Create(DateTimeOffset.MinValue, Hash).ToString().Should().StartWith("000000000000");

    [Fact]
    public void Create_LastInstantThereIs_FitsInto48Bits() =>
        WebhookEventId.Create(DateTimeOffset.MaxValue, Hash).ToString().Should().StartWith("e677d21fdbff");

    [Fact]
    public void CompareTo_LaterTimestamp_SortsBehind()
    {
        var earlier = WebhookEventId.Create(DateTimeOffset.FromUnixTimeMilliseconds(1_000), SHA256.HashData("z"u8));
        var later = WebhookEventId.Create(DateTimeOffset.FromUnixTimeMilliseconds(1_001), SHA256.HashData("a"u8));

        (earlier < later).Should().BeTrue();
        (later > earlier).Should().BeTrue();
    }

    [Fact]
    public void TryParse_ItsOwnText_GivesTheSameId()
    {
        var id = WebhookEventId.Create(DateTimeOffset.UnixEpoch.AddDays(1), Hash);

        WebhookEventId.TryParse(id.ToString().ToUpperInvariant(), out var parsed).Should().BeTrue();
        parsed.Should().Be(id);
        new WebhookEventId(id.ToByteArray()).Should().Be(id);
        var hex = new byte[WebhookEventId.Size * 2];
        id.WriteHex(hex);
        Encoding.ASCII.GetString(hex).Should().Be(id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("zz00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("00000000000000000000000000000000000000000000000000000000000000000")]
    public void TryParse_AnythingElse_IsRefused(string? text) => WebhookEventId.TryParse(text, out _).Should().BeFalse();
}
