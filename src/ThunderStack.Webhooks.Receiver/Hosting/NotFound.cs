namespace ThunderStack.Webhooks.Receiver.Hosting;

/// <summary>404 for every other path, as the same kind of problem document that the endpoint answers with.</summary>
internal static class NotFound
{
    private static readonly byte[] Body = """{"title":"Not Found","status":404,"message":"Not Found"}"""u8.ToArray();

    public static void MapNotFound(this IEndpointRouteBuilder endpoints) => endpoints.MapFallback("{*path}", async context =>
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "application/problem+json";
        context.Response.ContentLength = Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.Body.WriteAsync(Body, context.RequestAborted);
        }
    });
}
