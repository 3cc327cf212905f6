using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>Amounts of US dollars as they are written in specs: decimal text, at most six decimals. Exact: no floating point.</summary>
public static partial class UsdAmount
{
    /// <summary>What an amount looks like: <c>0.15</c>, <c>25</c>, <c>1000000.000001</c>.</summary>
    public const string Pattern = @"^[0-9]{1,9}(\.[0-9]{1,6})?$";

    /// <summary>Reads an amount.</summary>
    /// <returns>Null when the text is no amount.</returns>
    public static decimal? Parse(string? text) =>
        text is not null && Shape().IsMatch(text)
            ? decimal.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
            : null;

    [GeneratedRegex(@"^[0-9]{1,9}(\.[0-9]{1,6})?\z")]
    private static partial Regex Shape();
}
