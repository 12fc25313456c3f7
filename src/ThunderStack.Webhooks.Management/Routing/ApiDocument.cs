using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace ThunderStack.Webhooks.Management.Routing;

/// <summary>The OpenAPI document, made once, when somebody first asks for it.</summary>
internal sealed class ApiDocument(IServiceProvider server)
{
    public const string Name = "v1";

    private readonly SemaphoreSlim _making = new(1);
    private byte[]? _document;

    public async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        await _making.WaitAsync(cancellationToken);
        try
        {
            return _document ??= await WriteAsync(cancellationToken);
        }
        finally
        {
            _making.Release();
        }
    }

    private async Task<byte[]> WriteAsync(CancellationToken cancellationToken)
    {
        var document = await server.GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync(cancellationToken);

        // The framework names whatever host it thinks it has.
        document.Servers = null;
        document.Info = new OpenApiInfo { Title = "ThunderStack receiver: management", Version = Name };
        using var stream = new MemoryStream();
        await document.SerializeAsJsonAsync(stream, OpenApiSpecVersion.OpenApi3_1, cancellationToken);
        return stream.ToArray();
    }
}
