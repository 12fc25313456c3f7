using ThunderStack.Webhooks.Events;

namespace ThunderStack.Webhooks.Tests.Events;

public sealed class EventTimestampTests
{
    [Theory]
    [InlineData("2024-11-06T12:00:00Z", "2024-11-06T12:00:00.0000000Z")]
    [InlineData("2024-11-06t12:00:00z", "2024-11-06T12:00:00.0000000Z")]
    [InlineData("2024-11-06T12:00:00.123456Z", "2024-11-06T12:00:00.1234560Z")]
    [InlineData("2024-11-06T12:00:00.12345678901234567890Z", "2024-11-06T12:00:00.1234567Z")]
    [InlineData("2024-11-06T07:30:00-04:30", "2024-11-06T12:00:00.0000000Z")]
    [InlineData("2024-11-06T12:00:00-00:00", "2024-11-06T12:00:00.0000000Z")]
    [InlineData("2024-02-29T23:59:59+23:59", "2024-02-29T00:00:59.0000000Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z")]
    public void TryParse_Rfc3339_IsTheInstant(string text, string utc)
    {
        EventTimestamp.TryParse(text, out var instant).Should().BeTrue();

        instant.UtcDateTime.ToString("O").Should().Be(utc);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2024-11-06")]
    [InlineData("2024-11-06T12:00:00")]
    [InlineData("2024-11-06T12:00Z")]
    [InlineData("2024-02-30T12:00:00Z")]
    [InlineData("2023-02-29T12:00:00Z")]
    [InlineData("2024-11-06T24:00:00Z")]
    [InlineData("2024-11-06T12:60:00Z")]
    [InlineData("2024-11-06T23:59:60Z")]
    [InlineData("2024-13-06T12:00:00Z")]
    [InlineData("2024-00-06T12:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("+10000-01-01T00:00:00Z")]
    [InlineData("2024-11-06T12:00:00,5Z")]
    [InlineData("2024-11-06T12:00:00.Z")]
    [InlineData("2024-11-06T12:00:00Zx")]
    [InlineData("2024-11-06T12:00:00+0100")]
    [InlineData("2024-11-06T12:00:00+01:60")]
    [InlineData("2024-11-06 12:00:00Z")]
    [InlineData(" 2024-11-06T12:00:00Z")]
    [InlineData("11/06/2024 12:00:00")]
    [InlineData("２０２４-11-06T12:00:00Z")]
    public void TryParse_AnythingElse_IsRefused(string text) => EventTimestamp.TryParse(text, out _).Should().BeFalse();
}
