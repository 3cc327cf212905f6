using LlmOperator.Api.V1Alpha1;
using LlmOperator.Kubernetes.Meta;

namespace LlmOperator.Cli.Keys;

/// <summary>What a person asks of a new key.</summary>
internal sealed record KeySettings
{
    /// <summary>Name of the RouterKey.</summary>
    public required string Name { get; init; }

    /// <summary>Namespace of the RouterKey, and what it opens.</summary>
    public required string Namespace { get; init; }

    /// <summary>Names that it opens; empty for all of the namespace.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = [];

    /// <summary>How long it holds, as text; null for ever.</summary>
    public string? ExpiresIn { get; init; }

    /// <summary>Limits; none where they are null.</summary>
    public RequestLimits Limits { get; init; } = new();

    /// <summary>US dollars a day; null for no budget.</summary>
    public string? UsdPerDay { get; init; }

    /// <summary>US dollars a month; null for no budget.</summary>
    public string? UsdPerMonth { get; init; }

    /// <summary>The object.</summary>
    /// <exception cref="CliException">A setting cannot be read.</exception>
    public RouterKey ToKey(NewKey key, DateTimeOffset now)
    {
        Budget[] budgets =
        [
            .. BudgetOf("usd-per-day", BudgetPeriod.Day, UsdPerDay),
            .. BudgetOf("usd-per-month", BudgetPeriod.Month, UsdPerMonth),
        ];
        return new RouterKey
        {
            Metadata = new ObjectMeta { Name = Name, Namespace = Namespace },
            Spec = new RouterKeySpec
            {
                Sha256 = key.Sha256,
                AllowedNames = Allowed.Count == 0 ? null : Allowed,
                Expires = ExpiryAfter(now),
                RequestLimits = Limits == new RequestLimits() ? null : Limits,
                Budgets = budgets.Length == 0 ? null : budgets,
            },
        };
    }

    // Days are what people think in; durations of Kubernetes end at hours.
    private DateTimeOffset? ExpiryAfter(DateTimeOffset now)
    {
        if (ExpiresIn is not { } text)
        {
            return null;
        }

        TimeSpan? time =
            text.EndsWith('d')
            && int.TryParse(text.AsSpan(0, text.Length - 1), out int days)
            && days is > 0 and < 36_500
                ? TimeSpan.FromDays(days)
            : Duration.TryParse(text, out Duration duration) && duration.Value > TimeSpan.Zero
                ? duration.Value
            : null;
        return now
            + (
                time
                ?? throw new CliException(
                    $"--expires-in \"{text}\": write days or hours, such as 90d or 12h.",
                    2
                )
            );
    }

    private static IEnumerable<Budget> BudgetOf(string name, BudgetPeriod period, string? usd)
    {
        if (usd is null)
        {
            yield break;
        }

        yield return UsdAmount.Parse(usd) is null
            ? throw new CliException($"--{name} \"{usd}\": write US dollars, such as 5.00.", 2)
            : new Budget
            {
                Name = name,
                Period = period,
                Usd = usd,
            };
    }
}
