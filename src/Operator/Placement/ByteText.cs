using System.Globalization;

namespace LlmOperator.Operator.Placement;

/// <summary>Bytes for people.</summary>
internal static class ByteText
{
    private static readonly string[] s_units = ["Ki", "Mi", "Gi", "Ti", "Pi"];

    /// <summary>For example <c>512</c>, <c>1.5Ki</c>, <c>5.3Gi</c>.</summary>
    public static string Of(long bytes)
    {
        double value = bytes;
        string unit = "";
        foreach (string larger in s_units)
        {
            if (Math.Abs(value) < 1024)
            {
                break;
            }

            value /= 1024;
            unit = larger;
        }

        return unit.Length == 0
            ? bytes.ToString(CultureInfo.InvariantCulture)
            : value.ToString("0.0", CultureInfo.InvariantCulture) + unit;
    }
}
