using ThunderStack.Webhooks.Emulator.Faults;
using ThunderStack.Webhooks.Emulator.Keys;
using ThunderStack.Webhooks.Emulator.NodeApi;
using ThunderStack.Webhooks.Emulator.Nodes;

namespace ThunderStack.Webhooks.Emulator;

/// <summary>Section <c>Emulator</c>.</summary>
public sealed class EmulatorOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Emulator";

    /// <summary>
    /// Where webhooks are sent, unless the node or the request names another URL. Nodes that are created over the API have
    /// the one that they are given there, or none, as in the cloud.
    /// </summary>
    /// <value><see langword="null"/>: every request has to name one.</value>
    public string? WebhookUrl { get; set; }

    /// <summary>The nodes that live in this cloud.</summary>
    /// <value>Empty.</value>
    public IList<EmulatedNodeOptions> Nodes { get; } = [];

    /// <summary>How long a node stays in a status before it takes the next step of its life, and an event is sent.</summary>
    /// <value>Zero: nodes change only on request.</value>
    public TimeSpan Interval { get; set; }

    /// <summary>How long a node takes for each step of what the API is asked to do with it: to start, to stop, to be destroyed.</summary>
    /// <value>2 seconds.</value>
    public TimeSpan TransitionDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>When a webhook that got no 2xx is sent again: one delay for each time.</summary>
    /// <value>Empty: never. What the real cloud does is not documented.</value>
    public IList<TimeSpan> RedeliveryDelays { get; } = [];

    /// <summary>The shape of answers, where the vendor's sources differ.</summary>
    /// <value><see cref="AnswerShape.OpenApi"/>.</value>
    public AnswerShape AnswerShape { get; set; }

    /// <summary>How the public key is served, until <c>PUT /emulator/key</c> says otherwise.</summary>
    /// <value><see cref="PublicKeyAnswer.Pem"/>.</value>
    public PublicKeyAnswer PublicKey { get; set; }

    /// <summary>Faults that webhooks have from the start, until <c>DELETE /emulator/faults</c>.</summary>
    /// <value>Empty.</value>
    public IList<FaultOptions> Faults { get; } = [];

    /// <summary>Faults that the nodes' own API has from the start, until <c>DELETE /emulator/node-faults</c>.</summary>
    /// <value>Empty.</value>
    public IList<NodeFaultOptions> NodeFaults { get; } = [];

    /// <summary>How long the receiver may take to answer.</summary>
    /// <value>10 seconds.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>What calls of the cloud's API and of the nodes' own must carry as <c>Authorization: Bearer …</c>.</summary>
    /// <value><see langword="null"/>: the API is open.</value>
    public string? ApiToken { get; set; }
}

/// <summary>A node that lives in the emulated cloud.</summary>
public sealed class EmulatedNodeOptions
{
    /// <summary>The node's id.</summary>
    public string NodeId { get; set; } = "";

    /// <summary>The node's name.</summary>
    /// <value><see langword="null"/>: its id.</value>
    public string? Name { get; set; }

    /// <summary>The network that it is on.</summary>
    /// <value><c>regtest</c>.</value>
    public string Network { get; set; } = "regtest";

    /// <summary>The password that unlocks it: it was initialized with it.</summary>
    /// <value><c>emulated-password</c>. Nodes that are created over the API want <c>/init</c> instead.</value>
    public string Password { get; set; } = "emulated-password";

    /// <summary>The image that it runs until it is upgraded.</summary>
    /// <value><see langword="null"/>: the latest, <c>0.0.0-emulated</c>.</value>
    public string? Image { get; set; }

    /// <summary>Whether <see cref="EmulatorOptions.Interval"/> changes it. Otherwise it runs, until somebody asks for something else.</summary>
    /// <value><see langword="true"/>.</value>
    public bool Lives { get; set; } = true;

    /// <summary>The node's own webhook URL, as it is set per node in the cloud.</summary>
    /// <value><see langword="null"/>: <see cref="EmulatorOptions.WebhookUrl"/>.</value>
    public string? WebhookUrl { get; set; }
}
