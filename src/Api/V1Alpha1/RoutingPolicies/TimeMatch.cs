using System.ComponentModel.DataAnnotations;
using LlmOperator.Api.Schema;

namespace LlmOperator.Api.V1Alpha1;

/// <summary>A time of the week.</summary>
[CelRule("has(self.from) == has(self.to)", "set from and to together")]
public sealed record TimeMatch
{
    /// <summary>Days of the week, of the time zone; every day where there are none. A range over midnight belongs to the day on which it begins.</summary>
    [ListSet]
    [MaxLength(7)]
    public IReadOnlyList<Weekday>? Days { get; init; }

    /// <summary>First minute, for example <c>22:00</c>.</summary>
    [RegularExpression("^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    public string? From { get; init; }

    /// <summary>Minute that no longer belongs to it, for example <c>06:00</c>; at or before <see cref="From"/> it is of the next day.</summary>
    [RegularExpression("^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    public string? To { get; init; }

    /// <summary>Time zone of the IANA database, for example <c>Europe/Berlin</c>; UTC by default.</summary>
    [MaxLength(64)]
    [RegularExpression("^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$")]
    public string? TimeZone { get; init; }
}
