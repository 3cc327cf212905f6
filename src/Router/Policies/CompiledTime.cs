using System.Globalization;
using LlmOperator.Api.V1Alpha1;

namespace LlmOperator.Router.Policies;

/// <summary>A time of the week, ready to be asked.</summary>
internal sealed class CompiledTime
{
    private readonly TimeZoneInfo _zone;
    private readonly IReadOnlyList<Weekday> _days;
    private readonly TimeOnly? _from;
    private readonly TimeOnly? _to;

    private CompiledTime(TimeMatch match)
    {
        _zone = match.TimeZone is null
            ? TimeZoneInfo.Utc
            : TimeZoneInfo.FindSystemTimeZoneById(match.TimeZone);
        _days = match.Days ?? [];
        _from = Parse(match.From);
        _to = Parse(match.To);
    }

    /// <summary>Compiles it.</summary>
    /// <exception cref="TimeZoneNotFoundException">The time zone is not known here.</exception>
    /// <exception cref="FormatException">A time of day is none.</exception>
    public static CompiledTime Compile(TimeMatch match) => new(match);

    /// <summary>True when the moment belongs to it.</summary>
    public bool Holds(DateTimeOffset moment)
    {
        DateTime local = TimeZoneInfo.ConvertTime(moment, _zone).DateTime;
        TimeOnly time = TimeOnly.FromDateTime(local);
        if (_from is not { } from || _to is not { } to)
        {
            return HasDay(local);
        }

        return from < to
            ? time >= from && time < to && HasDay(local)
            : (time >= from && HasDay(local)) || (time < to && HasDay(local.AddDays(-1)));
    }

    private bool HasDay(DateTime day) => _days.Count == 0 || _days.Contains((Weekday)(int)day.DayOfWeek);

    private static TimeOnly? Parse(string? text) =>
        text is null ? null : TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);
}
