using ThunderStack.Webhooks.Emulator.Faults;
using ThunderStack.Webhooks.Emulator.Keys;
using ThunderStack.Webhooks.Emulator.NodeApi;
using ThunderStack.Webhooks.Emulator.Nodes;
using ThunderStack.Webhooks.Emulator.Sending;

namespace ThunderStack.Webhooks.Emulator.Page;

/// <summary>What the page shows.</summary>
internal sealed record PageModel(
    EmulatedCloud Cloud, DeliveryLog Log, FaultPlan Faults, NodeFaultPlan NodeFaults, SigningKey Key, PublicKeyDesk Desk, PageNote? Note, DateTimeOffset Now);
