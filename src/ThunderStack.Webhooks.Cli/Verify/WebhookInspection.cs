using System.Security.Cryptography;
using ThunderStack.Webhooks.Cli.Checks;
using ThunderStack.Webhooks.Cli.Key;
using ThunderStack.Webhooks.Events;
using ThunderStack.Webhooks.Keys;
using ThunderStack.Webhooks.Signatures;

namespace ThunderStack.Webhooks.Cli.Verify;

/// <summary>Makes every check that a receiver makes, and goes on after the first that fails: an operator wants all of them.</summary>
internal sealed class WebhookInspection(byte[] body, string signatureText, JudgedKey? judged, string? expectedNode)
{
    private readonly List<Check> _checks = [];
    private string? _hint;

    public Verification Run()
    {
        var signature = CheckHeader();
        var key = CheckKey();
        var verdict = CheckSignature(signature, key);
        var payload = CheckPayload();
        return new Verification(
            verdict,
            _checks.All(check => check.Result == CheckResult.Passed),
            _checks,
            key is null ? null : KeyView.Of(key, judged!.Source),
            payload is null ? null : Describe(payload),
            _hint);
    }

    private byte[]? CheckHeader()
    {
        if (SignatureHeader.TryDecode(signatureText, out var signature))
        {
            Pass("header", "canonical base64");
            return signature;
        }

        Fail("header", SignatureText.Explain(signatureText));
        return null;
    }

    private WebhookPublicKey? CheckKey()
    {
        switch (judged)
        {
            case null:
                Skip("key", "none was named: add --key FILE or --from-cloud");
                return null;
            case { Judgement.IsAdmitted: true }:
                var key = judged.Judgement.Key;
                Pass("key", $"RSA, {key.SizeInBits} bits, fingerprint {key.Fingerprint}");
                return key;
            default:
                Fail("key", judged.Judgement.Message);
                return null;
        }
    }

    private string CheckSignature(byte[]? signature, WebhookPublicKey? key)
    {
        if (signature is null || key is null)
        {
            var what = signature is null ? "the header cannot be read" : "there is no key";
            Skip("length", what);
            Skip("signature", what);
            return signature is null ? "forged" : "undecided";
        }

        if (signature.Length != key.SignatureLength)
        {
            Fail("length", $"{signature.Length} bytes, but this key's signatures have {key.SignatureLength}: it was made with another key, or is cut");
            Skip("signature", "the length is wrong");
            return "forged";
        }

        Pass("length", $"{signature.Length} bytes");
        if (SignatureVerifier.Verify(body, signature, key).Kind == SignatureVerdictKind.Authentic)
        {
            Pass("signature", "made with this key over exactly these bytes");
            return "authentic";
        }

        _hint = OtherBody.FindMatch(body, candidate => key.Verify(SHA256.HashData(candidate), signature));
        Fail("signature", "not made with this key over these bytes");
        return "forged";
    }

    private EventPayload? CheckPayload()
    {
        var read = EventPayloadReader.Read(body);
        var kind = read.Kind;
        Step("utf8", EventPayloadProblem.Encoding, "valid UTF-8");
        Step("json", EventPayloadProblem.Json, "one JSON object, no property twice");
        Step("contract", EventPayloadProblem.Contract, "the documented fields");
        if (kind == EventPayloadProblem.None && expectedNode is not null && read.Payload!.NodeId.Value != expectedNode)
        {
            Fail("node", $"the event is for {read.Payload.NodeId}, not for {expectedNode}");
        }
        else
        {
            Step("node", EventPayloadProblem.NodeMismatch, "nodeId equals details.nodeId" + (expectedNode is null ? "" : " and --node"));
        }

        return read.Payload;

        void Step(string name, EventPayloadProblem problem, string passed)
        {
            if (kind == problem)
            {
                Fail(name, read.Problem!);
            }
            else if (kind != EventPayloadProblem.None && kind < problem)
            {
                Skip(name, "the body cannot be read that far");
            }
            else
            {
                Pass(name, passed);
            }
        }
    }

    private VerifiedEvent Describe(EventPayload payload) => new(
        WebhookEventId.Create(payload.Timestamp, SHA256.HashData(body)).ToString(),
        payload.EventType,
        payload.NodeId.Value,
        payload.Status?.Value,
        payload.TimestampText);

    private void Pass(string name, string detail) => _checks.Add(new Check(name, CheckResult.Passed, detail));

    private void Fail(string name, string detail) => _checks.Add(new Check(name, CheckResult.Failed, detail));

    private void Skip(string name, string detail) => _checks.Add(new Check(name, CheckResult.Skipped, detail));
}
