using System.Net;
using System.Net.Sockets;
using ThunderStack.Webhooks.Dispatch;

namespace ThunderStack.Webhooks.Tests.Dispatch;

/// <summary>Failures that belong together have the same code, whatever their text says.</summary>
public sealed class ErrorCodeTests
{
    public static TheoryData<string, Exception> Failures { get; } = new()
    {
        { "503", new HttpRequestException("ops.example.com answered 503.", null, HttpStatusCode.ServiceUnavailable) },
        { "429", new RetryAfterException(TimeSpan.FromSeconds(5), "later") { ErrorCode = "429" } },
        { "410", new DeadLetterException("gone") { ErrorCode = "410" } },
        { "timeout", new TimeoutException("Took longer than 30 s.") },
        { "connection_refused", new HttpRequestException("no", new SocketException((int)SocketError.ConnectionRefused)) },
        { "name_resolution_error", new HttpRequestException(HttpRequestError.NameResolutionError, "no such host") },
        { "503", new InvalidOperationException("wrapped", new HttpRequestException("no", null, HttpStatusCode.ServiceUnavailable)) },
        { "invalid_operation", new InvalidOperationException("anything") },
        { "dead_letter", new DeadLetterException("of a handler that says no more") },
        { "format", new DeadLetterException("of a handler", new FormatException("that names its cause")) },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Failure_has_a_code(string code, Exception exception)
    {
        ErrorCodes.Of(exception).Should().Be(code);
        new RetrySchedule([TimeSpan.FromSeconds(1)], TimeProvider.System).Failed(1, exception).ErrorCode.Should().Be(code);
    }

    [Fact]
    public void Code_of_any_length_is_cut() => ErrorCodes.Of(new DeadLetterException("no") { ErrorCode = new string('x', 1_000) }).Should().HaveLength(64);
}
