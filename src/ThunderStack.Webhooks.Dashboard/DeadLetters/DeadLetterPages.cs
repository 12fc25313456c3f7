using System.Globalization;
using ThunderStack.Webhooks.Dashboard.Events;
using ThunderStack.Webhooks.Dashboard.Text;
using ThunderStack.Webhooks.Inbox;
using ThunderStack.Webhooks.Management;
using ThunderStack.Webhooks.Management.Deliveries;

namespace ThunderStack.Webhooks.Dashboard.DeadLetters;

/// <summary>Dead letters: grouped by what failed, row by row, and what is done with them once somebody has seen how many they are.</summary>
internal sealed class DeadLetterPages(
    IInboxAdministration inbox, IManagementQueries queries, IManagementActions actions, PageRenderer renderer, TimeProvider time) : IManagementFeature
{
    private const string Path = "/dead-letters";
    private const int AuditToSearch = 10_000;

    private static readonly IReadOnlyList<QueryParameter> ListParameters =
    [
        new("handler", "The handler of the group."), new("errorCode", "The kind of error of the group."), new("cursor", "Where the page before ended."),
    ];

    public void Map(ManagementRoutes routes)
    {
        routes.Map(ManagementRoute.Page(Path, "Dead letters, by handler and error.") with { Query = ListParameters }, ListAsync);
        routes.Map(
            ManagementRoute.Page($"{Path}/result", "What a replay or a discard has come to.") with { Query = [new("at", "When it was, in milliseconds since 1970.")] },
            ShowResultAsync);
        foreach (var action in Enum.GetValues<DeliveryAction>())
        {
            var path = DeliveryChoice.PathOf(action);
            routes.Map(
                ManagementRoute.Page(path, "Asks before it is done, with the count.") with { Role = ManagementRole.Operate, Query = DeliveryChoice.Parameters },
                call => ConfirmAsync(call, action));
            routes.Map(
                ManagementRoute.Form(path, DeliveryChoice.ActionOf(action), "Does what was confirmed.") with { Limit = ActionLimits.Deliveries },
                call => ChangeAsync(call, action));
        }
    }

    private async Task ListAsync(ManagementCall call)
    {
        var groups = await queries.ListFailuresAsync(call.Cancelled);
        var now = time.GetUtcNow();
        if (call.Text("handler") is not { } handler)
        {
            await renderer.AnswerAsync<FailureListPage>(call, new FailureListModel(groups));
            return;
        }

        var code = call.Text("errorCode");
        var filter = new DeliveryFilter { State = DeliveryState.DeadLettered, Handler = handler, ErrorCode = code };
        var page = await queries.PageDeliveriesAsync(filter, EventPages.PageSize, call.Text("cursor"), call.Cancelled);
        await renderer.AnswerAsync<DeadLetterListPage>(call, new DeadLetterListModel(
            groups.FirstOrDefault(group => group.Handler == handler && group.ErrorCode == code) ?? new FailureView(handler, code, 0, now.UtcDateTime, now.UtcDateTime, "", null),
            PageQuery.Of(call.Context.Request, ListParameters.Select(parameter => parameter.Name)),
            [.. page.Items.Where(delivery => delivery.ErrorCode == code)],
            page.Next));
    }

    private async Task ConfirmAsync(ManagementCall call, DeliveryAction action)
    {
        var choice = DeliveryChoice.Read(action, call.Text);
        var asOf = time.GetUtcNow();
        var counted = await actions.ChangeDeliveriesAsync(call, action, choice.ToChange(asOf) with { DryRun = true });
        await renderer.AnswerAsync<ConfirmPage>(call, new ConfirmModel(choice, counted.Count, asOf));
    }

    private async Task ChangeAsync(ManagementCall call, DeliveryAction action)
    {
        var form = await call.ReadFormAsync();
        var choice = DeliveryChoice.Read(action, form.Field);
        if (!DateTimeOffset.TryParse(form.Field("asOf"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var asOf))
        {
            throw ManagementException.BadRequest("asOf is no time: go back, and confirm again.");
        }

        var change = choice.ToChange(asOf);
        await actions.ChangeDeliveriesAsync(call, action, change);
        await call.FinishAsync();
        var record = (await inbox.ListAuditAsync(EventPages.PageSize, call.Cancelled)).FirstOrDefault(
            record => record.By == call.Caller.Name && record.Action == DeliveryChoice.ActionOf(action) && record.Target == change.Describe());
        await call.RedirectAsync(record is null ? Path : $"{Path}/result?at={record.At.ToUnixTimeMilliseconds()}");
    }

    private async Task ShowResultAsync(ManagementCall call)
    {
        var record = long.TryParse(call.Text("at"), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? (await inbox.ListAuditAsync(AuditToSearch, call.Cancelled)).FirstOrDefault(
                record => record.At.ToUnixTimeMilliseconds() == at && record.Action.StartsWith("deliveries.", StringComparison.Ordinal))
            : null;
        await renderer.AnswerAsync<ResultPage>(call, new ResultModel(
            record ?? throw ManagementException.NotFound("There is no such result: the audit log keeps the last 10,000.")));
    }
}
