using System.Text.Json;
using System.Text.Unicode;

namespace ThunderStack.Webhooks.Events;

/// <summary>
/// Reads a body strictly: valid UTF-8, one JSON object, exact names, no property twice, and the documented fields with the
/// documented types. Whatever else is in it may stay.
/// </summary>
/// <remarks>
/// Source: the payload schema of the webhook documentation. Of an event type that is not documented only <c>eventType</c> and
/// <c>nodeId</c> are required: what the other fields mean there is not known, so an event is not lost over them.
/// </remarks>
public static class EventPayloadReader
{
    private const int MaxDepth = 64;

    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a body whose signature has been verified.</summary>
    public static EventPayloadResult Read(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            return EventPayloadResult.Invalid(EventPayloadProblem.Encoding, "The body is not UTF-8.");
        }

        // RFC 8259, section 8.1: a sender must not add one, a parser may ignore it.
        var json = body.Span.StartsWith(ByteOrderMark) ? body[ByteOrderMark.Length..] : body;
        var fields = default(Fields);
        try
        {
            fields.ReadRoot(json.Span);
            if (fields.HasNestedObjects)
            {
                using var document = JsonDocument.Parse(json, NoDuplicates);
            }
        }
        catch (JsonException exception)
        {
            return EventPayloadResult.Invalid(EventPayloadProblem.Json, exception is ContractException
                ? exception.Message
                : $"The body is not one JSON object without duplicate properties (byte {exception.BytePositionInLine} of line {exception.LineNumber}).");
        }
        catch (InvalidOperationException)
        {
            // System.Text.Json's way to say that an escaped surrogate has no partner: no UTF-8 text can hold it.
            return EventPayloadResult.Invalid(EventPayloadProblem.Json, "A string in the body has a lone surrogate.");
        }

        return fields.ToResult();
    }

    private ref struct Fields
    {
        private HashSet<(bool InDetails, string Name)>? _unknownNames;
        private Field _eventType;
        private Field _eventTimestamp;
        private Field _nodeId;
        private Field _details;
        private Field _detailsNodeId;
        private Field _detailsStatus;

        /// <summary>Whether an object was skipped that the duplicate check has not looked into.</summary>
        public bool HasNestedObjects { get; private set; }

        public void ReadRoot(ReadOnlySpan<byte> json)
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new ContractException("The body is not a JSON object.");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("eventType"u8))
                {
                    Take(ref reader, ref _eventType, "eventType", NodeStatusUpdated.TypeName);
                }
                else if (reader.ValueTextEquals("eventTimestamp"u8))
                {
                    Take(ref reader, ref _eventTimestamp, "eventTimestamp", null);
                }
                else if (reader.ValueTextEquals("nodeId"u8))
                {
                    Take(ref reader, ref _nodeId, "nodeId", _detailsNodeId.Text);
                }
                else if (reader.ValueTextEquals("details"u8))
                {
                    ReadDetails(ref reader);
                }
                else
                {
                    SkipUnknown(ref reader, inDetails: false);
                }
            }

            // Reads to the end, so that anything behind the object is refused.
            reader.Read();
        }

        public readonly EventPayloadResult ToResult()
        {
            if (_eventType.Problem("eventType") is { } typeProblem)
            {
                return EventPayloadResult.Invalid(EventPayloadProblem.Contract, typeProblem);
            }

            var isStatusUpdate = _eventType.Text == NodeStatusUpdated.TypeName;
            var problem = _nodeId.Problem("nodeId") ?? (isStatusUpdate ? StatusUpdateProblem() : null);
            if (problem is not null)
            {
                return EventPayloadResult.Invalid(EventPayloadProblem.Contract, problem);
            }

            if (_detailsNodeId.IsPresent && _detailsNodeId.Text != _nodeId.Text)
            {
                return EventPayloadResult.Invalid(EventPayloadProblem.NodeMismatch, "nodeId differs from details.nodeId.");
            }

            DateTimeOffset? timestamp = EventTimestamp.TryParse(_eventTimestamp.Text, out var instant) ? instant : null;
            if (isStatusUpdate && timestamp is null)
            {
                return EventPayloadResult.Invalid(
                    EventPayloadProblem.Contract, "eventTimestamp is not an RFC 3339 date and time with an offset.");
            }

            return EventPayloadResult.Valid(new EventPayload
            {
                EventType = _eventType.Text!,
                NodeId = new NodeId(_nodeId.Text!),
                Status = isStatusUpdate ? new NodeStatus(_detailsStatus.Text!) : null,
                TimestampText = _eventTimestamp.Problem("eventTimestamp") is null ? _eventTimestamp.Text : null,
                Timestamp = timestamp,
            });
        }

        private readonly string? StatusUpdateProblem() =>
            !_details.IsPresent ? "details is missing."
            : !_details.IsObject ? "details is not an object."
            : _detailsNodeId.Problem("details.nodeId")
                ?? _detailsStatus.Problem("details.status")
                ?? _eventTimestamp.Problem("eventTimestamp");

        private void ReadDetails(ref Utf8JsonReader reader)
        {
            _details.MarkPresent("details");
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                HasNestedObjects |= reader.TokenType == JsonTokenType.StartArray;
                reader.Skip();
                return;
            }

            _details.IsObject = true;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("nodeId"u8))
                {
                    Take(ref reader, ref _detailsNodeId, "details.nodeId", _nodeId.Text);
                }
                else if (reader.ValueTextEquals("status"u8))
                {
                    Take(ref reader, ref _detailsStatus, "details.status", NodeStatus.Running.Value);
                }
                else
                {
                    SkipUnknown(ref reader, inDetails: true);
                }
            }
        }

        private void Take(ref Utf8JsonReader reader, ref Field field, string name, string? likely)
        {
            field.MarkPresent(name);
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
            {
                // The likely value is shared instead of being allocated once an event.
                field.Text = likely is not null && reader.ValueTextEquals(likely) ? likely : reader.GetString();
            }
            else
            {
                HasNestedObjects |= reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
                reader.Skip();
            }
        }

        private void SkipUnknown(ref Utf8JsonReader reader, bool inDetails)
        {
            if (!(_unknownNames ??= []).Add((inDetails, reader.GetString()!)))
            {
                throw new ContractException("A property occurs twice.");
            }

            reader.Read();
            HasNestedObjects |= reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
            reader.Skip();
        }
    }

    private struct Field
    {
        public bool IsPresent { get; private set; }

        public bool IsObject { get; set; }

        public string? Text { get; set; }

        public void MarkPresent(string name)
        {
            if (IsPresent)
            {
                throw new ContractException($"{name} occurs twice.");
            }

            IsPresent = true;
        }

        public readonly string? Problem(string name) =>
            !IsPresent ? $"{name} is missing."
            : Text is null ? $"{name} is not a string."
            : string.IsNullOrWhiteSpace(Text) ? $"{name} is empty."
            : Text.AsSpan().ContainsControl() ? $"{name} has a control character."
            : null;
    }

    private sealed class ContractException(string message) : JsonException(message);

    private static bool ContainsControl(this ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c))
            {
                return true;
            }
        }

        return false;
    }
}
