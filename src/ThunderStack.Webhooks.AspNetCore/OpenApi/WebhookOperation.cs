using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using ThunderStack.Webhooks.AspNetCore.Endpoint;
using ThunderStack.Webhooks.Intake;

namespace ThunderStack.Webhooks.AspNetCore.OpenApi;

/// <summary>Describes the endpoint in the OpenAPI document: the signature header, the payload and every answer.</summary>
internal static class WebhookOperation
{
    private const string Json = "application/json";

    public static void Describe(OpenApiOperation operation, WebhookOptions options)
    {
        operation.Summary = "Receives a webhook that ThunderStack Cloud signed.";
        operation.Description =
            "The signature is RSASSA-PKCS1-v1_5 with SHA-256 over the exact bytes of the body. 200 means that the event is durably stored.";

        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = options.SignatureHeader,
            In = ParameterLocation.Header,
            Required = true,
            Description = "The signature over the body, in canonical base64.",
            Schema = Text("byte"),
        });
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Description = $"At most {options.MaxBodyBytes} bytes. Fields that are not documented may be added.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Json] = new()
                {
                    Schema = Payload(),
                    Example = JsonNode.Parse(
                        """{"eventType":"NODE_STATUS_UPDATED","eventTimestamp":"2024-11-06T12:00:00Z","details":{"nodeId":"your-node-id","status":"RUNNING"},"nodeId":"your-node-id"}"""),
                },
            },
        };
        operation.Responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse
            {
                Description = "Stored now, or (duplicate) before.",
                Content = new Dictionary<string, OpenApiMediaType> { [Json] = new() { Schema = Success() } },
            },
            ["400"] = Problem("Authentic, but not the contract; detail names the field. Or not proper HTTP."),
            ["403"] = Problem("The signature is not ThunderStack's, or the node is not one of this receiver's."),
            ["405"] = Problem("Not POST."),
            ["413"] = Problem("The body is too large."),
            ["415"] = Problem("The body has a Content-Encoding."),
            ["503"] = RetryLater(),
        };
    }

    private static OpenApiSchema Payload() => Object(
        new Dictionary<string, IOpenApiSchema>
        {
            ["eventType"] = Text(null, "NODE_STATUS_UPDATED; other types are stored too."),
            ["eventTimestamp"] = Text("date-time"),
            ["details"] = Object(new Dictionary<string, IOpenApiSchema>
            {
                ["nodeId"] = Text(null, "Equal to the outer nodeId."),
                ["status"] = Text(null, "RUNNING, STARTING, PAUSED, FAILED, IN_PROGRESS; others are stored too."),
            }),
            ["nodeId"] = Text(null),
        });

    private static OpenApiSchema Success()
    {
        var schema = Object(new Dictionary<string, IOpenApiSchema>
        {
            ["message"] = Text(null),
            ["eventId"] = Text(null, "64 hexadecimal digits; the same for every copy of the same body."),
        });
        schema.Properties!["duplicate"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "true when the same body was stored before." };
        return schema;
    }

    private static OpenApiResponse RetryLater()
    {
        var response = Problem("Nothing was stored for certain: send it again after Retry-After seconds.");
        response.Headers = new Dictionary<string, IOpenApiHeader>
        {
            ["Retry-After"] = new OpenApiHeader { Description = "Seconds.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } },
        };
        return response;
    }

    private static OpenApiResponse Problem(string description)
    {
        var schema = Object(new Dictionary<string, IOpenApiSchema>
        {
            ["title"] = Text(null),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["message"] = Text(null),
        });
        schema.Properties!["detail"] = Text(null);
        return new OpenApiResponse
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType> { [Answer.ProblemContentType] = new() { Schema = schema } },
        };
    }

    private static OpenApiSchema Object(Dictionary<string, IOpenApiSchema> required) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = required,
        Required = required.Keys.ToHashSet(),
    };

    private static OpenApiSchema Text(string? format, string? description = null) =>
        new() { Type = JsonSchemaType.String, Format = format, Description = description };
}
