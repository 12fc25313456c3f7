using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using ThunderStack.Webhooks.Dashboard.Layout;

namespace ThunderStack.Webhooks.Dashboard.Pages;

/// <summary>
/// Gives a page what it shows. A component of Razor's is always public and so are its parameters, which internal types cannot be; a cascading
/// parameter can be private.
/// </summary>
internal sealed class PageRoot : IComponent
{
    private RenderHandle _handle;

    [Parameter]
    public object? Page { get; set; }

    [Parameter]
    public object? Model { get; set; }

    [Parameter]
    public Type? Component { get; set; }

    public void Attach(RenderHandle renderHandle) => _handle = renderHandle;

    public Task SetParametersAsync(ParameterView parameters)
    {
        parameters.SetParameterProperties(this);
        _handle.Render(Cascade(Page!, Page!.GetType(), Cascade(Model!, typeof(IPageModel), Cascade(Model!, Model!.GetType(), Shell))));
        return Task.CompletedTask;
    }

    private void Shell(RenderTreeBuilder builder)
    {
        builder.OpenComponent<Shell>(0);
        builder.AddComponentParameter(1, nameof(Layout.Shell.ChildContent), (RenderFragment)(body =>
        {
            body.OpenComponent(0, Component!);
            body.CloseComponent();
        }));
        builder.CloseComponent();
    }

    private static RenderFragment Cascade(object value, Type type, RenderFragment content) => builder =>
    {
        builder.OpenComponent(0, typeof(CascadingValue<>).MakeGenericType(type));
        builder.AddComponentParameter(1, nameof(CascadingValue<object>.Value), value);
        builder.AddComponentParameter(2, nameof(CascadingValue<object>.IsFixed), true);
        builder.AddComponentParameter(3, nameof(CascadingValue<object>.ChildContent), content);
        builder.CloseComponent();
    };
}
