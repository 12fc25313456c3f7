using System.Buffers;
using System.Globalization;
using System.Text;

namespace ThunderStack.Webhooks.Dashboard.Text;

/// <summary>A piece of somebody else's text.</summary>
/// <param name="Text">What to show.</param>
/// <param name="IsMark">Whether it names what nobody would see: <c>U+202E</c>, or <c>0xFF</c> for a byte that is no UTF-8.</param>
/// <param name="Count">How often that stands there in a row.</param>
internal readonly record struct TextPart(string Text, bool IsMark, int Count = 1);

/// <summary>
/// Text of others, shown so that nothing in it hides: control characters, what has no width or no ink, what turns the direction of
/// reading, and what is no character at all are named by their code points. Lines stay lines.
/// </summary>
internal sealed class VisibleText
{
    private readonly List<TextPart> _parts = [];
    private readonly StringBuilder _plain = new();
    private (string Text, int Count) _mark = ("", 0);

    private VisibleText()
    {
    }

    public static IReadOnlyList<TextPart> Of(string text)
    {
        var visible = new VisibleText();
        for (var i = 0; i < text.Length;)
        {
            if (Rune.TryGetRuneAt(text, i, out var rune))
            {
                visible.Add(rune);
                i += rune.Utf16SequenceLength;
            }
            else
            {
                visible.AddMark($"U+{(int)text[i]:X4}");
                i++;
            }
        }

        return visible.End();
    }

    /// <summary>The same where there is no markup: in an option, or a title.</summary>
    public static string Plain(string text) => string.Concat(Of(text).Select(part => part.Text));

    /// <summary>Text in UTF-8, or what claims to be it.</summary>
    public static IReadOnlyList<TextPart> Of(ReadOnlySpan<byte> bytes)
    {
        var visible = new VisibleText();
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var consumed) == OperationStatus.Done)
            {
                visible.Add(rune);
            }
            else
            {
                foreach (var value in bytes[..consumed])
                {
                    visible.AddMark($"0x{value:X2}");
                }
            }

            bytes = bytes[consumed..];
        }

        return visible.End();
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control => rune.Value != '\n',
        UnicodeCategory.SpaceSeparator => rune.Value != ' ',
        UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned => true,
        _ => IsInkless(rune.Value),
    };

    // Their category says that they can be seen: fillers, a blank braille pattern, the joiner of graphemes, variation selectors.
    private static bool IsInkless(int value) =>
        value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0 or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F)
            or (>= 0xE0100 and <= 0xE01EF);

    private void Add(Rune rune)
    {
        if (IsHidden(rune))
        {
            AddMark($"U+{rune.Value:X4}");
            return;
        }

        EndMark();
        _plain.Append(rune.ToString());
    }

    private void AddMark(string text)
    {
        EndPlain();
        if (_mark.Text != text)
        {
            EndMark();
            _mark = (text, 0);
        }

        _mark.Count++;
    }

    private void EndPlain()
    {
        if (_plain.Length > 0)
        {
            _parts.Add(new TextPart(_plain.ToString(), IsMark: false));
            _plain.Clear();
        }
    }

    private void EndMark()
    {
        if (_mark.Count > 0)
        {
            _parts.Add(new TextPart(_mark.Text, IsMark: true, _mark.Count));
            _mark = ("", 0);
        }
    }

    private List<TextPart> End()
    {
        EndPlain();
        EndMark();
        return _parts;
    }
}
