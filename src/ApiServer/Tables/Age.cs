using System.Globalization;

namespace LlmOperator.ApiServer.Tables;

/// <summary>Times as kubectl shows them: 5s, 3m12s, 4h, 12d.</summary>
internal static class Age
{
    public static string Of(string? timestamp, DateTimeOffset now) =>
        DateTimeOffset.TryParse(
            timestamp,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var time
        )
            ? Show(now - time)
            : "<unknown>";

    /// <summary>As apimachinery's duration.HumanDuration.</summary>
    public static string Show(TimeSpan age)
    {
        var seconds = (long)age.TotalSeconds;
        if (seconds < -1)
        {
            return "<invalid>";
        }
        if (seconds < 0)
        {
            return "0s";
        }
        var minutes = seconds / 60;
        var hours = seconds / 3600;
        var days = hours / 24;
        return seconds < 120 ? $"{seconds}s"
            : minutes < 10 ? Join($"{minutes}m", seconds % 60, "s")
            : minutes < 180 ? $"{minutes}m"
            : hours < 8 ? Join($"{hours}h", minutes % 60, "m")
            : hours < 48 ? $"{hours}h"
            : hours < 192 ? Join($"{days}d", hours % 24, "h")
            : days < 730 ? $"{days}d"
            : days < 2920 ? Join($"{days / 365}y", days % 365, "d")
            : $"{days / 365}y";
    }

    private static string Join(string head, long rest, string unit) =>
        rest == 0 ? head : $"{head}{rest}{unit}";
}
