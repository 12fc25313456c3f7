using Microsoft.AspNetCore.Http;

namespace ThunderStack.Cloud.Tests.Nodes;

/// <summary>Nodes that are read while they arrive.</summary>
public sealed class StreamTests
{
    private static CancellationToken None => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"nodes":[{"nodeId":"n-1"},{"nodeId":"n-2"}]}""")]
    [InlineData("""{"total":2,"page":{"nodes":[1]},"data":{"more":[[]],"nodes":[{"nodeId":"n-1"},{"nodeId":"n-2"}]},"message":"x"}""")]
    [InlineData("""{"data":[{"nodeId":"n-1"},{"nodeId":"n-2"}]}""")]
    [InlineData("\ufeff \r\n[ {\"nodeId\":\"n-1\"} , {\"nodeId\":\"n-2\",\"note\":{\"a\":[1,2]}} ]\n")]
    public async Task Every_documented_shape_is_understood_in_pieces_of_any_size(string answer)
    {
        foreach (var piece in (int[])[1, 2, 7, 10_000])
        {
            await using var cloud = await CannedCloud.StartAsync();
            cloud.Answer = async (_, context) =>
            {
                var bytes = System.Text.Encoding.UTF8.GetBytes(answer);
                foreach (var chunk in bytes.Chunk(piece))
                {
                    await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
                    await context.Response.Body.FlushAsync(context.RequestAborted);
                }
            };

            (await cloud.Client.Nodes.StreamAsync(None).Select(node => node.NodeId).ToListAsync(None)).Should().Equal("n-1", "n-2");
        }
    }

    [Theory]
    [InlineData("""{"nodes":[]}""")]
    [InlineData("[]")]
    public async Task No_nodes_are_no_nodes(string answer)
    {
        await using var cloud = await CannedCloud.AnsweringAsync(answer);

        (await cloud.Client.Nodes.StreamAsync(None).CountAsync(None)).Should().Be(0);
    }

    [Fact]
    public async Task An_account_of_twenty_megabytes_is_read_and_unknown_members_are_kept()
    {
        await using var cloud = await CannedCloud.StartAsync();
        cloud.Answer = async (_, context) =>
        {
            await context.Response.WriteAsync("""{"nodes":[""", context.RequestAborted);
            for (var number = 0; number < 20_000; number++)
            {
                var comma = number == 0 ? "" : ",";
                await context.Response.WriteAsync($$"""{{comma}}{"nodeId":"n-{{number}}","note":"{{new string('x', 1_000)}}"}""", context.RequestAborted);
            }

            await context.Response.WriteAsync("]}", context.RequestAborted);
        };
        var expected = 0;

        await foreach (var node in cloud.Client.Nodes.StreamAsync(None))
        {
            node.NodeId.Should().Be($"n-{expected++}");
            node.AdditionalProperties!["note"].GetString().Should().HaveLength(1_000);
        }

        expected.Should().Be(20_000);
    }

    [Fact]
    public async Task A_node_is_there_before_the_next_one_was_sent_and_who_has_enough_ends_the_answer()
    {
        await using var cloud = await CannedCloud.StartAsync();
        var gone = new TaskCompletionSource();
        cloud.Answer = async (_, context) =>
        {
            await context.Response.WriteAsync("""{"nodes":[{"nodeId":"n-1"},""", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            context.RequestAborted.Register(gone.SetResult);
            await CannedCloud.HangAsync(context);
        };

        (await cloud.Client.Nodes.StreamAsync(None).FirstAsync(None)).NodeId.Should().Be("n-1");

        await gone.Task.WaitAsync(TimeSpan.FromSeconds(30), None);
    }

    [Theory]
    [InlineData("", "nothing instead of a list of nodes")]
    [InlineData("  <!doctype html>", "HTML instead of a list of nodes")]
    [InlineData("""{"message":"hello"}""", "other JSON")]
    [InlineData("7", "other JSON")]
    [InlineData("""[{"nodeId":"n-1"},null]""", "null in place of a node")]
    [InlineData("""[{"nodeId":7}]""", "something else at $.nodeId")]
    [InlineData("""[{"name":"no id"}]""", "JSON that cannot be read")]
    [InlineData("""[{"nodeId":"n-1"}""", "JSON that cannot be read")]
    [InlineData("""[{"nodeId":"n-1"}] and more""", "JSON that cannot be read")]
    public async Task Something_else_is_told(string answer, string message)
    {
        await using var cloud = await CannedCloud.AnsweringAsync(answer);

        (await FailAsync(cloud)).Message.Should().StartWith("GET /api/nodes: the cloud answered").And.Contain(message);
    }

    [Theory]
    [InlineData("<!doctype html>", "HTML")]
    [InlineData("""[{"nodeId":"n-1","note":""" + "\"", "a value of more than 256 KiB")]
    [InlineData("""{"message":""" + "\"", "a value of more than 256 KiB")]
    [InlineData("          ", "nothing")]
    public async Task Ten_hostile_megabytes_are_an_error(string beginning, string message)
    {
        await using var cloud = await CannedCloud.AnsweringAsync(beginning + new string(beginning[0] == ' ' ? ' ' : 'x', 10_000_000));

        (await FailAsync(cloud)).Message.Should().Contain(message);
    }

    [Fact]
    public async Task Ten_megabytes_of_brackets_are_an_error()
    {
        await using var cloud = await CannedCloud.AnsweringAsync(new string('[', 10_000_000));

        (await FailAsync(cloud)).Message.Should().Contain("JSON that cannot be read");
    }

    [Fact]
    public async Task A_line_that_is_cut_is_told_behind_the_nodes_that_came()
    {
        await using var cloud = await CannedCloud.StartAsync();
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cloud.Answer = async (_, context) =>
        {
            await context.Response.WriteAsync("""{"nodes":[{"nodeId":"n-1"},""", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await seen.Task.WaitAsync(context.RequestAborted);
            context.Abort();
        };
        await using var nodes = cloud.Client.Nodes.StreamAsync(None).GetAsyncEnumerator(None);
        (await nodes.MoveNextAsync()).Should().BeTrue();

        seen.SetResult();

        (await CannedCloud.FailAsync(() => nodes.MoveNextAsync().AsTask())).Message.Should().Contain("cut");
    }

    [Fact]
    public async Task A_cloud_that_falls_silent_is_given_up_after_30_seconds()
    {
        await using var cloud = await CannedCloud.StartAsync();
        cloud.Answer = async (_, context) =>
        {
            await context.Response.WriteAsync("""{"nodes":[{"nodeId":"n-1"},""", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await CannedCloud.HangAsync(context);
        };
        await using var nodes = cloud.Client.Nodes.StreamAsync(None).GetAsyncEnumerator(None);
        (await nodes.MoveNextAsync()).Should().BeTrue();

        // The wait has begun, and its timer with it, when this returns.
        var failing = CannedCloud.FailAsync(() => nodes.MoveNextAsync().AsTask());
        cloud.Clock.Advance(TimeSpan.FromSeconds(29));
        failing.IsCompleted.Should().BeFalse();
        cloud.Clock.Advance(TimeSpan.FromSeconds(1));

        (await failing).Message.Should().Contain("within 30 s");
    }

    [Fact]
    public async Task A_refusal_is_the_one_of_every_call()
    {
        await using var cloud = await CannedCloud.AnsweringAsync("""{"message":"bad token"}""", status: 401);

        (await FailAsync(cloud)).Message.Should().Contain("401: the cloud refused the API token").And.Contain("bad token");
    }

    private static Task<ThunderStackCloudException> FailAsync(CannedCloud cloud) =>
        CannedCloud.FailAsync(async () => await cloud.Client.Nodes.StreamAsync(None).CountAsync(None));
}
