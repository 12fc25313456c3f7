using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>
/// The OpenAPI document, made once. The framework's own endpoint makes it anew for each request, for milliseconds that anybody can
/// ask for, and names whatever host the request names as the server.
/// </summary>
internal static class ApiDescription
{
    private const string DocumentName = "v1";

    public static void MapApiDescription(this IEndpointRouteBuilder endpoints)
    {
        var document = new Lazy<Task<byte[]>>(() => WriteAsync(endpoints.ServiceProvider));
        endpoints.MapGet($"/openapi/{DocumentName}.json", async context =>
        {
            var bytes = await document.Value;
            context.Response.ContentType = "application/json;charset=utf-8";
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        }).ExcludeFromDescription();
    }

    private static async Task<byte[]> WriteAsync(IServiceProvider services)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>(DocumentName).GetOpenApiDocumentAsync();
        document.Servers = null;
        using var stream = new MemoryStream();
        await document.SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1);
        return stream.ToArray();
    }
}
