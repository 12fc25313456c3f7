using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace ThunderStack.Webhooks.Emulator.Page;

/// <summary>Text that is HTML already. Whatever else is put into a page is encoded.</summary>
internal readonly record struct Html(string Text)
{
    public static string Encode(string? text) => HtmlEncoder.Default.Encode(text ?? "");

    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.Text)));

    public static Html Of(HtmlHandler text) => new(text.Take());

    public override string ToString() => Text;

    /// <summary>Encodes every value of an interpolated text that is no <see cref="Html"/>.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct HtmlHandler(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _text = new(literalLength + (formattedCount * 32));

        public void AppendLiteral(string text) => _text.Append(text);

        public void AppendFormatted(Html html) => _text.Append(html.Text);

        public void AppendFormatted(string? text) => _text.Append(Encode(text));

        public void AppendFormatted(long number) => _text.Append(number);

        public string Take() => _text.ToString();
    }
}
