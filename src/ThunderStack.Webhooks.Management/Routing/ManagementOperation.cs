using System.Globalization;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>Describes a route in the OpenAPI document, by what the route itself declares.</summary>
internal static class ManagementOperation
{
    /// <summary>Without a method the framework takes an endpoint for none of an API.</summary>
    public static readonly MethodInfo Described =
        typeof(ManagementOperation).GetMethod(nameof(Receive), BindingFlags.Static | BindingFlags.NonPublic)!;

    public static async Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, ManagementRoute route, CancellationToken cancellationToken)
    {
        operation.Summary = route.Summary;
        operation.Description = $"Role: {route.Role}.";
        operation.Tags = null;
        operation.Parameters ??= [];
        foreach (var parameter in route.Query)
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = ParameterLocation.Query,
                Description = parameter.Description,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        foreach (var part in route.Pattern.Split('/').Where(part => part.StartsWith('{')))
        {
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = part.Trim('{', '}'),
                In = ParameterLocation.Path,
                Required = true,
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        if (route.Body is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = !route.IsBodyOptional,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [ManagementRoute.Json] = new() { Schema = await context.GetOrCreateSchemaAsync(body, null, cancellationToken) },
                },
            };
        }

        var problem = await context.GetOrCreateSchemaAsync(typeof(ProblemView), null, cancellationToken);
        operation.Responses = new OpenApiResponses
        {
            [route.Status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = "The answer.",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [route.ContentType] = new()
                    {
                        Schema = route.Answer is { } answer
                            ? await context.GetOrCreateSchemaAsync(answer, null, cancellationToken)
                            : new OpenApiSchema { Type = JsonSchemaType.String },
                    },
                },
            },
            ["default"] = new OpenApiResponse
            {
                Description = "What happened and what to do: 400, 401, 403, 404, 409, 421, 429, 502 or 503.",
                Content = new Dictionary<string, OpenApiMediaType> { [ProblemAnswer.ContentType] = new() { Schema = problem } },
            },
        };
    }

    private static Task Receive(HttpContext context) => throw new NotSupportedException($"{context.Request.Path} is answered by its route.");
}
