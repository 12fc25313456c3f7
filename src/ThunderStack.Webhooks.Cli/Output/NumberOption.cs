using System.Globalization;
using System.Numerics;

namespace ThunderStack.Webhooks.Cli.Output;

/// <summary>Options that take a number, and say which.</summary>
internal static class NumberOption
{
    /// <summary>An option with a number within bounds.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="helpName">What the help calls the number.</param>
    /// <param name="isAllowed">Whether it may be this number.</param>
    /// <param name="range">Which it may be, such as <c>a whole number from 1 to 100</c>.</param>
    /// <param name="defaultValue">What it is when it is not given.</param>
    public static Option<T?> Create<T>(string name, string description, string helpName, Func<T, bool> isAllowed, string range, T? defaultValue = null)
        where T : struct, INumber<T>
    {
        var option = new Option<T?>(name) { Description = description, HelpName = helpName };
        option.Reads(
            text => T.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && isAllowed(number)
                ? number
                : null,
            $"write {range}");
        if (defaultValue is not null)
        {
            option.DefaultValueFactory = _ => defaultValue;
        }

        return option;
    }
}
