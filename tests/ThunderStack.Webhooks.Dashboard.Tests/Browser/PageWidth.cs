using Microsoft.Playwright;

namespace ThunderStack.Webhooks.Dashboard.Tests.Browser;

internal static class PageWidth
{
    /// <summary>What is wider than the page, if anything makes it scroll sideways.</summary>
    public static Task<string[]> FindStickingOutAsync(this IPage page) => page.EvaluateAsync<string[]>(
        """
        () => {
            const { clientWidth, scrollWidth } = document.documentElement;
            if (scrollWidth <= clientWidth) return [];
            const found = [...document.querySelectorAll('body *')]
                .map(element => ({ right: element.getBoundingClientRect().right, html: element.outerHTML.slice(0, 120) }))
                .filter(element => element.right > clientWidth);

            // The text of an element may stick out although the element does not.
            return [`the page: ${scrollWidth}`, ...found.map(element => `${element.right}: ${element.html}`)];
        }
        """);
}
