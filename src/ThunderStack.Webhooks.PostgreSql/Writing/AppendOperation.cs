using ThunderStack.Webhooks.Stores;

namespace ThunderStack.Webhooks.PostgreSql.Writing;

/// <inheritdoc/>
internal sealed class AppendOperation : PendingAppend<AppendOperation>;
